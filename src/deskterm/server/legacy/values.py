"""What stands in the old columns, as values: keys, times, yes and no, texts, looks of notifications."""

import json
import re
from datetime import datetime, tzinfo

from pydantic import TypeAdapter, ValidationError

from deskterm.protocol.wire.notifications import Colors
from deskterm.protocol.wire.requests import BODY_LIMIT, Email
from deskterm.text.clean import clean, clean_line

_NO = frozenset({"", "0", "f", "false", "n", "no"})
_WHOLE = re.compile(r"([0-9]+)(?:\.0*)?")
_SECONDS_DIGITS = 11
_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_COLORS = {"backgroundColor": "background_color", "textColor": "text_color", "borderColor": "border_color"}
NAME_LIMIT = 200


def key(value: str | None) -> str:
    """The same text for the same id: `7`, ` 7 `, `007` and what spreadsheets make of it, `7.0`."""
    text = (value or "").strip()
    whole = _WHOLE.fullmatch(text)
    return str(int(whole[1])) if whole and len(whole[1]) <= 18 else text


def yes(value: str | None, *, absent: bool) -> bool:
    """Whether a column says so; `absent` where it says nothing."""
    return absent if value is None else value.strip().lower() not in _NO


def milliseconds(value: str | None, zone: tzinfo) -> int | None:
    """A time, as PostgreSQL or JSON write it or in (milli)seconds since 1970; None for anything else.

    Without a zone of its own it is one of `zone`.
    """
    text = (value or "").strip()
    try:
        if text.isdecimal():
            number = int(text) if len(text) <= 15 else 0
            return (number if len(text) > _SECONDS_DIGITS else number * 1000) or None
        moment = datetime.fromisoformat(text)
        at = round((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at > 0 else None


def line(value: str | None) -> str | None:
    """A cleaned single line, None if nothing is left of it."""
    return clean_line(value or "")[:NAME_LIMIT] or None


def email(value: str | None) -> str | None:
    """An address that may sign in, None for anything else."""
    try:
        return _EMAIL.validate_python(value) if value else None
    except ValidationError:
        return None


def style(value: str | None) -> str | None:
    """The colours of a notification as they are stored, None if they are none."""
    try:
        given = json.loads(value or "null")
        named = {_COLORS.get(name, name): each for name, each in given.items()}
        return json.dumps(Colors.model_validate(named).model_dump())
    except (ValueError, AttributeError, RecursionError):
        return None


def bodies(text: str) -> list[str]:
    """A cleaned text in parts that are no longer than a message may be; empty if there is nothing to say.

    It is cut behind a paragraph, a line or a word, where there is one in the last half.
    """
    rest, parts = clean(text), []
    while len(rest) > BODY_LIMIT:
        at = _cut(rest)
        parts.append(rest[:at])
        rest = rest[at:]
    return [each for each in [*parts, rest] if each.strip()]


def _cut(text: str) -> int:
    for mark in ("\n\n", "\n", " "):
        at = text.rfind(mark, BODY_LIMIT // 2, BODY_LIMIT)
        if at >= 0:
            return at + len(mark) if at + len(mark) <= BODY_LIMIT else at
    return BODY_LIMIT
