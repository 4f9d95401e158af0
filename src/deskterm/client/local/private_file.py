"""Files for their owner's eyes alone: 0600 in a 0700 folder, replaced as a whole or not at all."""

import contextlib
import json
import os
import stat
from pathlib import Path
from typing import Any

POSIX = os.name == "posix"
#: Neither through a link nor waiting for a pipe.
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class NotPrivate(Exception):
    """Others may read or have made this file; the text says so in plain words and what to do."""


class Damaged(Exception):
    """The file is not the JSON object that was written; the text says so in plain words."""


def read(path: Path) -> dict[str, Any]:
    """The JSON object in `path`, empty if there is no file. Raises NotPrivate, Damaged, OSError."""
    try:
        descriptor = os.open(path, _READING)
    except FileNotFoundError:
        return {}
    with os.fdopen(descriptor, encoding="utf-8") as file:
        _refuse_unless_private(path, os.fstat(file.fileno()))
        try:
            content = json.load(file)
        except (ValueError, RecursionError) as error:
            raise Damaged(f"{path} is damaged. Move it away and sign in again.") from error
    if not isinstance(content, dict):
        raise Damaged(f"{path} is damaged. Move it away and sign in again.")
    return content


def write(path: Path, content: dict[str, Any]) -> None:
    """Replace `path` by `content` in one step; a crash leaves the old or the new, never a part. OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (
        POSIX
        and stat.S_IMODE(path.parent.stat().st_mode) & 0o077
        and path.parent.stat().st_uid == os.getuid()
    ):
        path.parent.chmod(0o700)
    write_text(path, json.dumps(content, ensure_ascii=False, indent=2))


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step, as `write` does; its folder is made if there is none. OSError."""
    import secrets  # 2 ms, and nothing is written before the first frame

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _refuse_unless_private(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotPrivate(f"{path} is no file, so it is not read. Move it away.")
    if not POSIX:
        return
    if found.st_uid != os.getuid():
        raise NotPrivate(f"{path} belongs to somebody else, so it is not read. Move it away.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise NotPrivate(f"{path} can be read by others, so it is not used. Run: chmod 600 {path}")
