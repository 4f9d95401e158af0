"""Rows of one old table, from bytes of CSV: a bad row is told apart from the good ones around it."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from deskterm.server.legacy.tables import Table, columns_of
from deskterm.server.storage.legacy_records import BadSource

#: No field of a chat is longer; the reader would give up at 128 KiB.
_FIELD_LIMIT = 64 * 1024 * 1024
_NULL = frozenset({"", "\\N"})


class Row(NamedTuple):
    """One row by the meanings of its columns, empty ones left out; `problem` says why it cannot be used."""

    line: int
    values: dict[str, str]
    raw: dict[str, str]
    problem: str | None


def read_rows(table: Table, file: BinaryIO) -> Iterator[Row]:
    """The rows of a CSV file with a header. `BadSource` if it is no such file."""
    csv.field_size_limit(_FIELD_LIMIT)
    # bytes that are no UTF-8 come through as half characters, so that one row does not spoil the others
    lines = csv.reader(io.TextIOWrapper(file, "utf-8-sig", "surrogateescape", newline=""))
    try:
        header = next(lines, [])
        columns = columns_of(table, header)
        for fields in lines:
            if fields:
                yield _row(lines.line_num, header, columns, fields)
    except csv.Error as error:
        raise BadSource(f"{table.name}, line {lines.line_num}: {error}.") from error


def _row(line: int, header: list[str], columns: dict[str, int], fields: list[str]) -> Row:
    raw = {name: _shown(value) for name, value in zip(header, fields, strict=False)}
    if len(fields) != len(header):
        return Row(line, {}, raw, f"has {len(fields)} fields, not {len(header)}")
    values = {meaning: fields[at] for meaning, at in columns.items() if fields[at] not in _NULL}
    if any(not _is_utf8(value) for value in values.values()):
        return Row(line, {}, raw, "is not UTF-8")
    return Row(line, values, raw, None)


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
