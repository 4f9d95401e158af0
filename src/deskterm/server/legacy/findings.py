"""What an import could not place, or placed otherwise than it was: counted, and written to a file."""

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Final, TextIO

from deskterm.server.legacy.rows import Row
from deskterm.server.legacy.tables import Table
from deskterm.server.storage.private import create_private

REJECTED: Final = "rejected"
CHANGED: Final = "changed"
_FIELDS = ("outcome", "table", "line", "id", "reason", "row")


class Findings:
    """Takes findings one by one; `path` gets a line for each (CSV if its name ends so, else JSON lines)."""

    def __init__(self, path: Path) -> None:
        self.counts: Counter[tuple[str, str, str]] = Counter()  # by outcome, table and reason
        self.left_out: Counter[str] = Counter()
        self._unfinished = path.with_name(f"{path.name}.part")
        self._path = path
        self._unfinished.unlink(missing_ok=True)
        create_private(self._unfinished)
        self._file: TextIO = self._unfinished.open("w", encoding="utf-8", newline="")
        self._table = csv.DictWriter(self._file, _FIELDS) if path.suffix == ".csv" else None
        if self._table is not None:
            self._table.writeheader()

    def reject(self, table: Table, row: Row, reason: str) -> None:
        """A row has no place."""
        self._add(REJECTED, table, row, reason)

    def change(self, table: Table, row: Row, reason: str) -> None:
        """A row has its place, but is not quite what it was."""
        self._add(CHANGED, table, row, reason)

    def leave(self, reason: str, count: int = 1) -> None:
        """Rows that nobody asked for."""
        if count:
            self.left_out[reason] += count

    def count(self, outcome: str) -> int:
        """How many had that outcome."""
        return sum(count for (each, _, _), count in self.counts.items() if each == outcome)

    def _add(self, outcome: str, table: Table, row: Row, reason: str) -> None:
        self.counts[outcome, table.name, reason] += 1
        key = row.values.get("id") or row.raw.get("id")
        line = dict(zip(_FIELDS, (outcome, table.name, row.line, key, reason, row.raw), strict=True))
        self._write(line)

    def _write(self, line: dict[str, Any]) -> None:
        if self._table is None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        else:
            self._table.writerow(line | {"row": json.dumps(line["row"], ensure_ascii=False)})

    def keep(self) -> None:
        """Put the file in its place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self._path)

    def drop(self) -> None:
        """Nobody needs the file."""
        self._file.close()
        self._unfinished.unlink(missing_ok=True)
