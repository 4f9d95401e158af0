"""Files and directories that only their owner may read, whatever the umask, and that are on the disk."""

import os
from pathlib import Path


def create_private(path: Path) -> bool:
    """Make an empty file with mode 0600, or set that mode on the one that is there; True if it was made."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        path.chmod(0o600)
        return False
    return True


def create_private_directory(path: Path) -> None:
    """Make a directory (and what is missing above it) with mode 0700; one that exists keeps its mode."""
    if path.is_dir():
        return
    create_private_directory(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows cannot open directories; its renames need no such help
    file = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
