"""Files of this machine: which may be sent, and where one that came may be put."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.protocol.records import Attachment, Message
from deskterm.text.sizes import size
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.http.file_calls import FileCalls

#: Bytes that the server takes.
LARGEST = 25 * 1024 * 1024
#: Files that one message takes.
MOST = 15


def wrong_files(paths: Sequence[Path]) -> str | None:
    """Why these files cannot be sent with one message."""
    if len(paths) > MOST:
        return tr("At most {most} files go with a message, these are {count}.", most=MOST, count=len(paths))
    return next(filter(None, map(wrong_file, paths)), None)


def wrong_file(path: Path) -> str | None:
    """Why a file cannot be sent."""
    try:
        if not path.exists():
            return tr("There is no such file.")
        if not path.is_file():
            return tr("That is no file.")
        if (found := path.stat().st_size) > LARGEST:
            return tr("It has {size}; at most {most} can be sent.", size=size(found), most=size(LARGEST))
        with path.open("rb"):
            return None
    except OSError as error:
        return tr("It cannot be read: {why}.", why=error.strerror or tr("the disk refuses"))


def wrong_place(path: Path) -> str | None:
    """Why nothing can be put there; what is there is never replaced."""
    if path.is_dir():
        return tr("That is a folder: name the file too.")
    if path.is_symlink() or path.exists():
        return tr("There is a file of that name already: choose another.")
    return None if path.parent.is_dir() else tr("There is no such folder.")


def free_place(folder: Path, name: str) -> Path:
    """`name` in that folder, numbered where there is one of that name already."""
    wanted = folder / name
    numbered = (folder / f"{wanted.stem} ({number}){wanted.suffix}" for number in count(2))
    return next(each for each in chain([wanted], numbered) if not (each.is_symlink() or each.exists()))


def files_of(messages: Iterable[Message]) -> list[Attachment]:
    """All files of these messages that the server has, those of the newest message first."""
    found: list[Attachment] = []
    for message in reversed(list(messages)):
        found += [each for each in message.attachments if each.id and not message.deleted]
    return found


async def save(api: "FileCalls", attachment: Attachment, path: Path) -> None:
    """Put a file there, whole or not at all, for its owner only. ClientError, or OSError of this disk."""
    target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        await api.download(attachment.id, target)
        os.fsync(target)
    except BaseException:
        await asyncio.to_thread(path.unlink)
        raise
    finally:
        os.close(target)
