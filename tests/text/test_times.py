"""Times in words (deskterm.text.times)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskterm.text.times import clock, day_label, relative

NOW = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)  # a Friday


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(hours=-3), "now"),
        (timedelta(0), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(seconds=60), "1m"),
        (timedelta(minutes=59, seconds=59), "59m"),
        (timedelta(hours=1), "1h"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=1), "1d"),
        (timedelta(days=6, hours=23), "6d"),
        (timedelta(days=7), "1w"),
        (timedelta(days=364), "52w"),
        (timedelta(days=365), "1y"),
    ],
)
def test_relative(age: timedelta, words: str) -> None:
    assert relative(NOW - age, NOW) == words


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "00:00"),
        (datetime(2026, 11, 20, 23, 59, tzinfo=UTC), "23:59"),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), "Thu 23:59"),
        (datetime(2026, 11, 14, 9, 0, tzinfo=UTC), "Sat 09:00"),
        (datetime(2026, 11, 13, 9, 0, tzinfo=UTC), "13 Nov 09:00"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "Mon 09:00"),
        (datetime(2026, 11, 27, 9, 0, tzinfo=UTC), "27 Nov 09:00"),
        (datetime(2025, 11, 20, 9, 0, tzinfo=UTC), "20 Nov 2025 09:00"),
    ],
)
def test_clock(then: datetime, words: str) -> None:
    assert clock(then, NOW) == words


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (datetime(2026, 11, 20, 0, 0, tzinfo=UTC), "Today"),
        (datetime(2026, 11, 19, 23, 59, tzinfo=UTC), "Yesterday"),
        (datetime(2026, 11, 18, 23, 59, tzinfo=UTC), "Wed 18 Nov"),
        (datetime(2026, 11, 21, 0, 1, tzinfo=UTC), "Sat 21 Nov"),
        (datetime(2025, 11, 16, 9, 0, tzinfo=UTC), "Sun 16 Nov 2025"),
    ],
)
def test_day_label(then: datetime, words: str) -> None:
    assert day_label(then, NOW) == words


def test_days_and_hours_are_the_readers() -> None:
    then = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    berlin = timezone(timedelta(hours=1))
    assert (clock(then, NOW, berlin), day_label(then, NOW, berlin)) == ("00:30", "Today")
    assert (clock(then, NOW.astimezone(berlin)), day_label(then, NOW.astimezone(berlin))) == (
        "00:30",
        "Today",
    )
    assert (clock(then, NOW), day_label(then, NOW)) == ("Thu 23:30", "Yesterday")


def test_an_hour_that_the_clock_skips_changes_no_age() -> None:
    west, east = timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))
    assert relative((NOW - timedelta(hours=2)).astimezone(west), NOW.astimezone(east)) == "2h"
