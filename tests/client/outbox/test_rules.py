"""What becomes of a command, decided without a server or a clock."""

from datetime import timedelta

import pytest

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ApiError, ClientError, NotDeskterm, Offline, UnexpectedAnswer
from deskterm.client.live.backoff import Backoff
from deskterm.client.outbox.rules import OLD_AFTER, Refusal, Verdict, is_old, pause, rests_on, verdict
from deskterm.client.replica.outgoing import Item, Pending, PendingChange
from deskterm.protocol.records import Visibility
from tests.client.samples import START, number

SERVER = "https://desk.example.com"
LATER = START + timedelta(minutes=1)


def reply(visibility: Visibility = Visibility.PUBLIC) -> Pending:
    return Pending("m", number(1), "hello", START, visibility)


def change(**patch: object) -> PendingChange:
    return PendingChange("c", number(1), ConversationPatch(**patch), START)  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Offline(SERVER), Verdict.AGAIN),
        (NotDeskterm(SERVER, "a page of a Wi-Fi"), Verdict.AGAIN),
        (UnexpectedAnswer(SERVER, "not JSON"), Verdict.AGAIN),
        (ApiError("rate_limited", 429, "slowly"), Verdict.AGAIN),
        (ApiError("storage_full", 503, "full"), Verdict.AGAIN),
        (ApiError("whatever", 500, "broken"), Verdict.AGAIN),
        (ApiError("unauthenticated", 401, "who?"), Verdict.SIGNED_OUT),
        (ApiError("stale", 409, "late"), Verdict.REFUSED),
        (ApiError("not_found", 404, "gone"), Verdict.REFUSED),
        (ApiError("invalid", 422, "no"), Verdict.REFUSED),
    ],
)
def test_only_what_deskterm_refused_is_refused(error: ClientError, expected: Verdict) -> None:
    assert verdict(error) is expected


def test_the_server_says_when_and_nobody_comes_at_the_same_time() -> None:
    asked = ApiError("rate_limited", 429, "slowly", retry_after=30.0)
    assert pause(asked, Backoff(), 0.25) == 30.25


def test_pauses_grow_up_to_a_quarter_of_a_minute() -> None:
    backoff = Backoff(lambda low, high: high)
    assert [pause(Offline(SERVER), backoff, 0.0) for _ in range(7)] == [0.5, 1, 2, 4, 8, 15, 15]


def test_what_is_older_than_a_day_is_not_sent_without_asking() -> None:
    assert not is_old(START, START + OLD_AFTER)
    assert is_old(START, START + OLD_AFTER + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("refused", "item", "expected"),
    [
        (reply(), change(status="resolved"), True),
        (reply(), change(status="snoozed", snoozed_until=LATER), True),
        (reply(), change(status="open"), False),
        (reply(), change(priority="high"), False),
        (reply(), change(assignee_id=None), False),
        (reply(Visibility.INTERNAL), change(status="resolved"), False),
        (change(status="open"), Pending("n", number(1), "again", START), True),
        (change(status="open"), Pending("n", number(1), "again", START, Visibility.INTERNAL), False),
        (change(priority="high"), Pending("n", number(1), "again", START), False),
        (reply(), Pending("n", number(1), "and another thing", START), False),
    ],
)
def test_what_rests_on_a_refused_command_is_not_tried(refused: Item, item: Item, expected: bool) -> None:
    assert rests_on(item, START, Refusal(refused, LATER)) is expected
    assert not rests_on(item, LATER + timedelta(seconds=1), Refusal(refused, LATER))
