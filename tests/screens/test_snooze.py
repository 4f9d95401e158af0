"""Until when a conversation may be put away."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskterm.screens.inbox.snooze import choices, parse

FRIDAY = datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=1)))


def test_what_is_offered_on_a_friday() -> None:
    assert [(label, f"{when:%a %H:%M}") for label, when in choices(FRIDAY)] == [
        ("In one hour", "Fri 16:30"),
        ("Tomorrow at 9:00", "Sat 09:00"),
        ("Next Monday at 9:00", "Mon 09:00"),
    ]


def test_tomorrow_and_monday_are_offered_once_on_a_sunday() -> None:
    sunday = FRIDAY + timedelta(days=2)
    assert [label for label, _ in choices(sunday)] == ["In one hour", "Tomorrow at 9:00"]


def test_on_a_monday_the_next_one_is_a_week_away() -> None:
    monday = FRIDAY + timedelta(days=3)
    assert choices(monday)[-1][1].date() == (monday + timedelta(days=7)).date()


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("45m", "2026-11-20 16:15"),
        (" 3 H ", "2026-11-20 18:30"),
        ("2d", "2026-11-22 15:30"),
        ("1w", "2026-11-27 15:30"),
        ("16:00", "2026-11-20 16:00"),
        ("9:00", "2026-11-21 09:00"),
        ("2026-11-30", "2026-11-30 09:00"),
        ("2026-11-30 14:05", "2026-11-30 14:05"),
    ],
)
def test_a_typed_time(text: str, when: str) -> None:
    found = parse(text, FRIDAY)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == when
    assert found.tzinfo is FRIDAY.tzinfo


@pytest.mark.parametrize("text", ["", "soon", "0m", "2026-11-19", "25:00", "2026-02-30", "99999", "-1h"])
def test_what_is_no_time_to_come(text: str) -> None:
    assert parse(text, FRIDAY) is None


def test_times_far_away_do_not_overflow() -> None:
    assert parse("9999w", datetime(9990, 1, 1, tzinfo=UTC)) is None
