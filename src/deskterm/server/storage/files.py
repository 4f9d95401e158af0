"""The bytes of attachments, beside the database: one file for equal content, named by its SHA-256.

A file is on the disk before the row that refers to it is committed, and goes when the last row has gone. What
is on its way in is held, so that nobody removes it between the two. One process owns the folder: whoever
has the database's lock.
"""

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from deskterm.server.storage.private import create_private_directory, sync

FOLDER = "files"
_INCOMING = "incoming"
#: How other servers are told that a file is gone.
_GONE = "file gone "
_HASH_CHARACTERS = 64


def place_of(root: Path, sha256: bytes) -> Path:
    """Where the content with this hash is kept below `root`."""
    name = sha256.hex()
    return root / name[:2] / name[2:]


def put(root: Path, made: Path, sha256: bytes) -> None:
    """Give a complete file its place, for good; one that is there already is the same.

    Its time says nothing: downloads name it, and it would tell that somebody else had these bytes before.
    """
    place = place_of(root, sha256)
    create_private_directory(place.parent)
    if place.exists():
        os.utime(place, (0, 0))
        made.unlink()
        return
    os.utime(made, (0, 0))
    made.replace(place)
    sync(place.parent)
    sync(root)


def stored(root: Path) -> Iterator[bytes]:
    """The hashes of all files below `root`."""
    for folder in root.glob("[0-9a-f][0-9a-f]"):
        for each in folder.iterdir():
            name = folder.name + each.name
            if len(name) == _HASH_CHARACTERS:
                yield bytes.fromhex(name)


class Incoming:
    """A file on its way in: written, counted and hashed as it comes. For one thread at a time."""

    def __init__(self, path: Path, kept_beginning: int = 0) -> None:
        self.path = path
        self.size = 0
        self.beginning = b""
        self._kept_beginning = kept_beginning
        self._hash = hashlib.sha256()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._open = True

    def append(self, chunk: bytes) -> None:
        """Write what came next. OSError when the disk refuses."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._file, rest) :]
        self._hash.update(chunk)
        if len(self.beginning) < self._kept_beginning:
            self.beginning += bytes(chunk[: self._kept_beginning - len(self.beginning)])
        self.size += len(chunk)

    def finish(self) -> bytes:
        """Wait until it is on the disk; answers its hash."""
        os.fsync(self._file)
        self._close()
        return self._hash.digest()

    def discard(self) -> None:
        """Leave nothing behind, unless it has been given its place."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._file)


def begin(root: Path, name: str, kept_beginning: int = 0) -> Incoming:
    """A new file on its way to its place below `root`; OSError when the disk refuses."""
    create_private_directory(root / _INCOMING)
    return Incoming(root / _INCOMING / name, kept_beginning)


class Contents(Protocol):
    """Where contents are kept for several servers; then each one's folder holds what it has had in hand."""

    def put(self, sha256: bytes, file: Path) -> None:
        """Have a file's bytes there, if they are not."""
        ...

    def fetch(self, sha256: bytes, root: Path) -> bool:
        """Give a content its place below `root`; False if it is not there."""
        ...

    def remove(self, sha256: bytes) -> None:
        """Remove a content that no row refers to."""
        ...

    def unreferred(self) -> list[bytes]:
        """What a crash has left behind."""
        ...


class FileStore:
    """The files of one server. `is_referred` asks the database whether a row names a hash.

    Where several servers have copies of the same `contents`, `tell` reaches the others' `overhear`.
    """

    def __init__(
        self,
        data: Path,
        is_referred: Callable[[bytes], bool],
        contents: Contents | None = None,
        tell: Callable[[str], None] = lambda word: None,
    ) -> None:
        self._contents = contents
        self._tell = tell
        self.root = data / FOLDER
        self._incoming = self.root / _INCOMING
        self._is_referred = is_referred
        self._held = Counter[bytes]()

    def clear_incoming(self) -> None:
        """Remove what a server that was killed had not finished."""
        for each in self._incoming.glob("*"):
            each.unlink()

    def begin(self, name: str, kept_beginning: int) -> Incoming:
        """A new file on its way in, under a name that nobody else uses; OSError when the disk refuses."""
        return begin(self.root, name, kept_beginning)

    async def find(self, sha256: bytes) -> Path | None:
        """Where the content with this hash is, brought here if need be; None if it is nowhere."""
        place = place_of(self.root, sha256)
        if not place.is_file() and self._contents is not None:
            await asyncio.to_thread(self._contents.fetch, sha256, self.root)
        return place if place.is_file() else None

    def left_behind(self) -> list[bytes]:
        """What may be referred to by nothing. Takes a while: not on the event loop."""
        there = list(stored(self.root))
        return there if self._contents is None else [*there, *self._contents.unreferred()]

    @asynccontextmanager
    async def keeping(self, incoming: Incoming) -> AsyncIterator[bytes]:
        """Give a complete file its place, for whoever then stores the row that refers to it.

        Yields its hash. Without such a row the file is gone afterwards.
        """
        sha256 = await asyncio.to_thread(incoming.finish)
        self._held[sha256] += 1
        try:
            await asyncio.to_thread(put, self.root, incoming.path, sha256)
            await self._share(sha256)
            yield sha256
            await self._share(sha256)  # somebody may have removed it before the row was there
        finally:
            self._held[sha256] -= 1
            if not self._held[sha256]:
                del self._held[sha256]
            await self.let_go(sha256)

    async def let_go(self, sha256: bytes) -> None:
        """Remove a file that no row refers to. On the event loop, so that no row can come in between."""
        if self._drop(sha256) and self._contents is not None:
            await asyncio.to_thread(self._contents.remove, sha256)
            self._tell(_GONE + sha256.hex())

    def overhear(self, word: str) -> None:
        """Another server has let go of a file: its copy here goes, too, now and not with the daily look."""
        if word.startswith(_GONE):
            self._drop(bytes.fromhex(word.removeprefix(_GONE)))

    def _drop(self, sha256: bytes) -> bool:
        """Remove the file here, if no row refers to it."""
        if sha256 in self._held or self._is_referred(sha256):
            return False
        place_of(self.root, sha256).unlink(missing_ok=True)
        return True

    async def _share(self, sha256: bytes) -> None:
        if self._contents is not None:
            await asyncio.to_thread(self._contents.put, sha256, place_of(self.root, sha256))
