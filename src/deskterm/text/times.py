"""Times in words, for lists, threads and day lines. Pure: the caller says what time it is.

All datetimes are aware. Names of days and months are English whatever the locale, so that screens are the
same everywhere. `zone` is the reader's time zone; without it the zone of `now` counts. How a reader likes
dates and times holds for the whole process, like a locale: `use` says it.
"""

from datetime import datetime, timedelta, tzinfo

from deskterm.record import record
from deskterm.text.words import later, tr

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY

_DAYS = (
    later("Mon"),
    later("Tue"),
    later("Wed"),
    later("Thu"),
    later("Fri"),
    later("Sat"),
    later("Sun"),
)
_MONTHS = (
    later("Jan"),
    later("Feb"),
    later("Mar"),
    later("Apr"),
    later("May"),
    later("Jun"),
    later("Jul"),
    later("Aug"),
    later("Sep"),
    later("Oct"),
    later("Nov"),
    later("Dec"),
)
_UNITS = ((YEAR, "y"), (WEEK, "w"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m"))


@record
class Style:
    """How dates and times are written.

    `ages` tells that lists say how old something is, not when it was. `order` is `day-month`, `month-day` or
    `iso`; a day has `hours` of 24 or twice 12. `zone` is the reader's, if it is not this machine's.
    """

    ages: bool = True
    hours: int = 24
    order: str = "day-month"
    zone: tzinfo | None = None


_style = Style()


def use(style: Style) -> None:
    """Write dates and times so from now on."""
    global _style
    _style = style


def local_now() -> datetime:
    """The time now, in the reader's zone."""
    return datetime.now().astimezone(_style.zone)


def time_of_day(then: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """`then` on the reader's clock: `15:04`, or `3:04 pm` on one of 12 hours."""
    local, _ = _local(then, now, zone)
    if _style.hours == 12:
        return f"{(local.hour + 11) % 12 + 1}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
    return f"{local:%H:%M}"


def when(then: datetime, now: datetime) -> str:
    """The time of something in a list row: its age, or, where the reader likes that, the time or day.

    `15:04` today, `Mon` less than a week ago, `20 Nov` in this year, else `Nov 2025`.
    """
    if _style.ages:
        return relative(then, now)
    local, today = _local(then, now, None)
    if local.date() == today.date():
        return time_of_day(then, now)
    if abs(local.date() - today.date()) < timedelta(days=7):
        return tr(_DAYS[local.weekday()])
    return _date(local, "") if local.year == today.year else f"{tr(_MONTHS[local.month - 1])} {local.year}"


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
    time = time_of_day(then, now, zone)
    if local.date() == today.date():
        return time
    if abs(local.date() - today.date()) < timedelta(days=7):
        return f"{tr(_DAYS[local.weekday()])} {time}"
    return f"{_date(local, '' if local.year == today.year else str(local.year))} {time}"


def day_label(then: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """The reader's day of `then`, for the line between two days: `Today`, `Yesterday`, `Mon 16 Nov`,
    in another year `Sun 16 Nov 2025`.
    """
    local, today = _local(then, now, zone)
    age = (today.date() - local.date()).days
    if age == 0:
        return tr("Today")
    if age == 1:
        return tr("Yesterday")
    return f"{tr(_DAYS[local.weekday()])} {_date(local, '' if local.year == today.year else str(local.year))}"


def _local(then: datetime, now: datetime, zone: tzinfo | None) -> tuple[datetime, datetime]:
    zone = zone or now.tzinfo
    return then.astimezone(zone), now.astimezone(zone)


def _date(day: datetime, year: str) -> str:
    month = tr(_MONTHS[day.month - 1])
    if _style.order == "iso":
        return f"{day:%Y-%m-%d}"
    if _style.order == "month-day":
        return f"{month} {day.day}" + (f", {year}" if year else "")
    return f"{day.day} {month}" + (f" {year}" if year else "")
