"""Rows for people and for programs: a table, one JSON array, JSON lines, or CSV.

JSON is exactly what the server says, in ASCII, so that no text in it can reach a terminal as a command.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Any

from deskterm.cli.say import emit
from deskterm.text.safe import safe_line
from deskterm.text.width import cells

Json = dict[str, Any]
#: The heading of a column, and what stands there.
Columns = dict[str, Callable[[Json], object]]
FORMATS = ("table", "json", "jsonl", "csv")
#: Rows whose widths decide those of a table; later ones are not kept waiting.
_MEASURED = 500
#: What makes a spreadsheet calculate.
_FORMULA = ("=", "+", "-", "@")


async def put_rows(rows: AsyncIterator[Json], columns: Columns, output: str) -> int:
    """Print rows as they come; answers how many."""
    if output in ("json", "jsonl"):
        return await _put_json(rows, array=output == "json")
    if output == "csv":
        return await _put_csv(rows, columns)
    return await _put_table(rows, columns)


def put_json(document: object) -> None:
    """Print one JSON document on one line."""
    emit(json.dumps(document, ensure_ascii=True))


async def _put_json(rows: AsyncIterator[Json], *, array: bool) -> int:
    count = 0
    async for row in rows:
        text = json.dumps(row, ensure_ascii=True)
        emit(f"{',' if count else '['}\n{text}" if array else text, end="" if array else "\n")
        count += 1
    if array:
        emit("\n]" if count else "[]")
    return count


async def _put_csv(rows: AsyncIterator[Json], columns: Columns) -> int:
    emit(_csv_line(list(columns)))
    count = 0
    async for row in rows:
        emit(_csv_line([_cell(value(row)) for value in columns.values()]))
        count += 1
    return count


def _csv_line(fields: list[str]) -> str:
    buffer = io.StringIO()
    safe = [f"'{each}" if each.startswith(_FORMULA) else each for each in fields]
    csv.writer(buffer, lineterminator="").writerow(safe)
    return buffer.getvalue()


async def _put_table(rows: AsyncIterator[Json], columns: Columns) -> int:
    kept, widths, count = [list(columns)], [0] * len(columns), 0
    async for row in rows:
        line = [_cell(value(row)) for value in columns.values()]
        count += 1
        if count <= _MEASURED:
            kept.append(line)
            continue
        if kept:
            widths = _put_measured(kept)
            kept = []
        emit(_padded(line, widths))
    if kept:
        _put_measured(kept)
    return count


def _put_measured(lines: list[list[str]]) -> list[int]:
    widths = [max(map(cells, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        emit(_padded(line, widths))
    return widths


def _padded(line: list[str], widths: list[int]) -> str:
    padded = (each + " " * (width - cells(each)) for each, width in zip(line, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return safe_line(",".join(map(str, value)), None)
    return safe_line(str(value), None)


def minute(text: str | None) -> str:
    """A time of the server's on this machine's clock."""
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}" if text else ""
