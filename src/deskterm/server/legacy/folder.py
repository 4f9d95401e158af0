"""The old tables as files of CSV in a folder, each named like its table."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


class FolderTables:
    """The files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO | None]:
        """The table's file; None if there is none."""
        path = self._folder / f"{name}.csv"
        if not path.exists():
            yield None
            return
        with path.open("rb") as file:
            yield file
