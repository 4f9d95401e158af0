"""Which rows of an archive may come in: what storage trusts later is looked at before it is stored."""

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from pydantic import ValidationError

from deskterm.protocol.wire.people import PatchSettings
from deskterm.server.errors import DeskError

#: As `deskterm init` makes them: they are typed on command lines and shown everywhere.
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ID_BYTES = 16
#: Columns of text that storage reads as JSON, and what it must be.
_JSON: tuple[tuple[frozenset[str], type], ...] = (
    (frozenset({"settings", "metadata", "options"}), dict),
    (frozenset({"tags", "scopes", "allowed_origins"}), list),
    (frozenset({"detail", "style", "blanks"}), dict),
)


class BadArchive(DeskError):
    """The archive cannot be imported; nothing was changed."""

    title = "This archive cannot be imported"


def parse_line(line: str) -> dict[str, Any]:
    """The JSON object of a line; `BadArchive` if it is none."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise BadArchive("A line of the archive is no JSON.") from None
    if not isinstance(entry, dict):
        raise BadArchive("A line of the archive is no JSON object.")
    return entry


def require_slug(slug: str) -> None:
    """`BadArchive` unless an organization may be called so."""
    if not _SLUG.fullmatch(slug):
        raise BadArchive(f"No organization can be called {slug}: choose another name with --as.")


def require_settings(text: str) -> None:
    """`BadArchive` unless an organization can work by these settings; names that are not known do nothing."""
    given = json.loads(text)
    try:
        PatchSettings.model_validate(
            {name: given[name] for name in PatchSettings.model_fields if name in given}
        )
    except ValidationError as error:
        names = ", ".join(str(each["loc"][0]) for each in error.errors())
        raise BadArchive(f"The organization has settings that cannot be: {names}.") from None


def check_row(table: str, row: Mapping[str, Any], binary: Collection[str]) -> None:
    """`BadArchive` unless ids are ids, columns of JSON hold it, and a row can hold every value."""
    for name, value in row.items():
        if value is None:
            continue
        if name in binary:
            right = len(value) == _ID_BYTES or not (name == "id" or name.endswith("_id"))
        else:
            right = _fits(name, value)
        if not right:
            raise BadArchive(f"A row of {table} has no right {name}.")


def _fits(name: str, value: object) -> bool:
    if isinstance(value, bool | list | dict):
        return False
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if not isinstance(value, str):
        return True  # a broken number: the table refuses it where it does not belong
    return _is_text(value) and all(_is_json(value, kind) for names, kind in _JSON if name in names)


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return "\x00" not in value


def _is_json(value: str, kind: type) -> bool:
    try:
        return isinstance(json.loads(value), kind)
    except (ValueError, RecursionError):
        return False
