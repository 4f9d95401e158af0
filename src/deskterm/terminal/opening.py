"""Handing a file that came to the desktop's own program for it."""

import asyncio
import shutil
import sys
from asyncio.subprocess import DEVNULL
from pathlib import Path
from typing import Final

from deskterm.terminal.capabilities import here

#: What may be opened: the type that the server recognised, under a name that means the same to the desktop.
_OPENED: Final = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/plain": (".txt", ".log"),
}
_OPENERS: Final = {"darwin": "open"}


def is_harmless(filename: str, media_type: str) -> bool:
    """Whether no program runs what stands in it; what says one thing and is another is only saved."""
    return filename.lower().endswith(_OPENED.get(media_type, ()))


def is_picture(media_type: str) -> bool:
    """Whether it can be shown in a terminal."""
    return media_type.startswith("image/") and media_type in _OPENED


def opener() -> str | None:
    """The desktop's program that opens files; None where there is no desktop, or it is not this machine's."""
    return shutil.which(_OPENERS.get(sys.platform, "xdg-open")) if here().browser else None


async def hand_over(command: str, path: Path) -> bool:
    """Let the desktop open it, by its whole path; whether some program took it."""
    process = await asyncio.create_subprocess_exec(
        command,
        str(path),
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    return await process.wait() == 0
