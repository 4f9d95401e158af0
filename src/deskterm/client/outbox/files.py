"""Files on their way: copied beside the outbox, so that what becomes of the original loses nothing."""

import asyncio
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from deskterm.client.replica.outgoing import OwnFile


async def take(files: Sequence[Path], folder: Path | None, message_id: str) -> tuple[OwnFile, ...]:
    """The files of a message, copied into `folder` where there is one. OSError if that fails."""
    return await asyncio.to_thread(_take, files, folder, message_id)


def drop(files: Iterable[OwnFile], folder: Path | None) -> None:
    """Remove the copies; what somebody has elsewhere stays."""
    for each in files:
        path = Path(each.path)
        if folder is not None and path.parent == folder:
            path.unlink(missing_ok=True)


def _take(files: Sequence[Path], folder: Path | None, message_id: str) -> tuple[OwnFile, ...]:
    taken = []
    for place, each in enumerate(files):
        path = each.absolute() if folder is None else _copy(each, folder, f"{message_id}-{place}")
        taken.append(OwnFile(str(path), each.name, path.stat().st_size))
    return tuple(taken)


def _copy(file: Path, folder: Path, name: str) -> Path:
    """Whole and on the disk, for its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    copy = folder / name
    with file.open("rb") as source, open(copy, "wb", opener=_private) as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    return copy


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
