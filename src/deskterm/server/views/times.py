"""Times as they leave the server: RFC 3339 in UTC with milliseconds."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import overload

_DAY_MS = 86_400_000


@lru_cache(maxsize=1_024)
def _day(days: int) -> str:
    return datetime.fromtimestamp(days * 86_400, UTC).strftime("%Y-%m-%d")


@overload
def rfc3339(milliseconds: int) -> str: ...
@overload
def rfc3339(milliseconds: None) -> None: ...
@overload
def rfc3339(milliseconds: int | None) -> str | None: ...


@lru_cache(maxsize=4_096)  # a row's times are shown to many, and those of a moment to all
def rfc3339(milliseconds: int | None) -> str | None:
    """`2026-11-20T09:05:03.007Z` for milliseconds since 1970; None stays None."""
    if milliseconds is None:
        return None
    days, rest = divmod(milliseconds, _DAY_MS)
    seconds, thousandths = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{_day(days)}T{hour:02}:{minute:02}:{second:02}.{thousandths:03}Z"


def milliseconds(moment: datetime) -> int:
    """A time that came in, as storage keeps it; one without a zone is UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)
