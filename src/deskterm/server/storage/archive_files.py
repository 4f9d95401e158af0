"""The bytes of an organization's files as lines of its archive: base64 in pieces, then a last line."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deskterm.server.storage.archive_rows import BadArchive
from deskterm.server.storage.attachments import Content
from deskterm.server.storage.files import Incoming, place_of, put
from deskterm.server.storage.private import create_private_directory

_PIECE = 768 * 1024  # bytes


def file_lines(root: Path, contents: Sequence[Content]) -> Iterator[str]:
    """The lines of these files; one that is not on the disk has none."""
    for each in contents:
        place = place_of(root, each.sha256)
        if not place.is_file():
            continue
        name = each.sha256.hex()
        with place.open("rb") as file:
            while piece := file.read(_PIECE):
                yield json.dumps({"file": name, "data": base64.b64encode(piece).decode()})
        yield json.dumps({"file": name, "end": True})


class ArrivingFiles:
    """Files on their way out of an archive. What it does not finish is gone when it is closed.

    `arrived` is called with the hash of each that has its place.
    """

    def __init__(self, root: Path, arrived: Callable[[bytes], object] = lambda sha256: None) -> None:
        self._root = root
        self._arrived = arrived
        self._name = ""
        self._incoming: Incoming | None = None

    def add(self, entry: Mapping[str, Any]) -> None:
        """Take one line; `BadArchive` unless it is a piece of a file that is what its name says."""
        name, data = entry.get("file"), entry.get("data", "")
        if not isinstance(name, str) or not isinstance(data, str):
            raise BadArchive("A line of a file is none.")
        incoming = self._incoming or self._begin(name)
        if name != self._name:
            raise BadArchive(f"The file {self._name} is cut off.")
        try:
            incoming.append(base64.b64decode(data, validate=True))
        except binascii.Error:
            raise BadArchive(f"The file {name} is damaged.") from None
        if entry.get("end"):
            sha256 = incoming.finish()
            if sha256.hex() != name:
                raise BadArchive(f"The file {name} is damaged.")
            put(self._root, incoming.path, sha256)
            self._arrived(sha256)
            self._incoming = None

    def close(self) -> None:
        """Leave nothing unfinished."""
        if self._incoming is not None:
            self._incoming.discard()

    def _begin(self, name: str) -> Incoming:
        create_private_directory(self._root)
        unfinished = self._root / "importing"
        unfinished.unlink(missing_ok=True)
        self._name, self._incoming = name, Incoming(unfinished)
        return self._incoming
