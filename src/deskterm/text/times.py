"""Times in words, for lists, threads and day lines. Pure: the caller says what time it is.

All datetimes are aware. Names of days and months are English whatever the locale, so that screens are the
same everywhere. `zone` is the reader's time zone; without it the zone of `now` counts.
"""

from datetime import datetime, timedelta, tzinfo

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = ((YEAR, "y"), (WEEK, "w"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m"))


def relative(then: datetime, now: datetime) -> str:
    """The age of `then` in at most three characters for a list row: `now`, `3m`, `2h`, `1d`, `3w`, `2y`.

    Rounded down; `now` is under a minute, and also what a clock that runs ahead gets.
    """
    seconds = (now - then).total_seconds()
    for length, unit in _UNITS:
        if seconds >= length:
            return f"{int(seconds // length)}{unit}"
    return "now"


def clock(then: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """`then` on the reader's clock, as short as it is clear, in the past or to come.

    `12:03` today, `Mon 12:03` less than a week away, `20 Nov 12:03` in this year, else `20 Nov 2025 12:03`.
    """
    local, today = _local(then, now, zone)
    time = f"{local:%H:%M}"
    if local.date() == today.date():
        return time
    if abs(local.date() - today.date()) < timedelta(days=7):
        return f"{_DAYS[local.weekday()]} {time}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_date(local)}{year} {time}"


def day_label(then: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """The reader's day of `then`, for the line between two days: `Today`, `Yesterday`, `Mon 16 Nov`,
    in another year `Sun 16 Nov 2025`.
    """
    local, today = _local(then, now, zone)
    age = (today.date() - local.date()).days
    if age == 0:
        return "Today"
    if age == 1:
        return "Yesterday"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {_date(local)}{year}"


def _local(then: datetime, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    zone = zone or now.tzinfo
    return then.astimezone(zone), now.astimezone(zone)


def _date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"
