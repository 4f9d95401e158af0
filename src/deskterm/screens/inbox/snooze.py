"""Until when a conversation may be put away: the offered times, and what people type instead. Pure."""

import re
from datetime import datetime, time, timedelta

from deskterm.text.words import tr

_MORNING = time(9, 0)
_MONDAY = 0
_SPAN = re.compile(r"(\d{1,4})\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}):(\d{2}))?")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})")


def choices(now: datetime) -> list[tuple[str, datetime]]:
    """What is offered at `now` (aware, in the reader's zone), soonest first."""
    tomorrow = _morning(now + timedelta(days=1))
    monday = _morning(now + timedelta(days=(_MONDAY - now.weekday()) % 7 or 7))
    offered = [(tr("In one hour"), now + timedelta(hours=1)), (tr("Tomorrow at 9:00"), tomorrow)]
    if monday != tomorrow:
        offered.append((tr("Next Monday at 9:00"), monday))
    return offered


def parse(text: str, now: datetime) -> datetime | None:
    """The time that `text` names after `now`: `3h`, `2d`, `16:30`, `2026-11-30`, `2026-11-30 14:00`.

    None for anything else and for times that are over.
    """
    try:
        when = _parse(text.strip().lower(), now)
    except (ValueError, OverflowError):
        return None
    return when if when is not None and when > now else None


def _parse(text: str, now: datetime) -> datetime | None:
    if span := _SPAN.fullmatch(text):
        return now + timedelta(**{_UNITS[span[2]]: int(span[1])})
    if dated := _DATED.fullmatch(text):
        day = datetime.fromisoformat(dated[1]).date()
        at = time(int(dated[2]), int(dated[3])) if dated[2] else _MORNING
        return datetime.combine(day, at, now.tzinfo)
    if hour := _HOUR.fullmatch(text):
        today = datetime.combine(now.date(), time(int(hour[1]), int(hour[2])), now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    return None


def _morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), _MORNING, day.tzinfo)
