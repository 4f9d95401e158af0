"""Online, offline since when, back with how much; and how long to wait before trying again."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from deskterm.client.live.backoff import Backoff
from deskterm.client.live.connection import Connection, Link, State
from tests.client.samples import at


@pytest.fixture
def moments() -> Iterator[datetime]:
    """A clock that is a minute later at each look."""
    return (at(minute) for minute in range(1_000))


@pytest.fixture
def connection(moments: Iterator[datetime]) -> Connection:
    """Made at minute 0."""
    return Connection(lambda: next(moments))


def test_offline_counts_from_the_first_failure(connection: Connection) -> None:
    connection.lost("the connection was lost", at(90))
    connection.lost("the server cannot be reached", at(91))
    assert connection.link == Link(State.OFFLINE, at(1), "the server cannot be reached", at(91))
    connection.caught_up(14)
    assert (connection.link.state, connection.link.updates) == (State.BACK, 14)
    assert connection.online


def test_the_news_of_being_back_ends_but_not_after_the_next_loss(connection: Connection) -> None:
    connection.lost("the connection was lost")
    connection.caught_up(1)
    connection.settle()
    states = [connection.link.state]
    connection.lost("the connection was lost")
    connection.settle()
    assert [*states, connection.link.state] == [State.ONLINE, State.OFFLINE]


def test_the_first_time_online_is_no_coming_back(connection: Connection) -> None:
    connection.caught_up(0)
    assert connection.link == Link(State.ONLINE, at(1))


def test_a_watcher_is_told_until_it_stops(connection: Connection) -> None:
    told: list[State] = []
    stop = connection.watch(lambda link: told.append(link.state))
    connection.caught_up(0)
    stop()
    connection.end("signed out")
    assert told == [State.ONLINE]
    assert not connection.online


def test_waits_grow_to_a_limit_have_full_jitter_and_start_anew() -> None:
    asked: list[tuple[float, float]] = []

    def middle(low: float, high: float) -> float:
        asked.append((low, high))
        return (low + high) / 2

    backoff = Backoff(middle)
    assert [backoff.next() for _ in range(7)] == [0.25, 0.5, 1.0, 2.0, 4.0, 7.5, 7.5]
    assert {low for low, _ in asked} == {0.0}
    backoff.reset()
    assert backoff.next() == 0.25
