"""The live state machine without a socket: every frame of the server, and every way the stream breaks."""

import pytest

from deskterm.client.errors import ApiError, ProtocolMismatch
from deskterm.client.live.state import (
    CaughtUp,
    Deliver,
    LiveState,
    Odd,
    Reconnect,
    Send,
    Stop,
    TakeSnapshot,
)
from tests.client.live_frames import SERVER, event, frame, hello
from tests.client.samples import SARAH, conversation, message


def test_it_introduces_itself_with_its_cursor() -> None:
    assert hello(LiveState(SERVER, "c1").opened()) == {"type": "hello", "protocol": 1, "cursor": "c1"}
    assert hello(LiveState(SERVER).opened()) == {"type": "hello", "protocol": 1}


def test_without_a_cursor_it_goes_on_from_where_the_server_says() -> None:
    state = LiveState(SERVER)
    state.opened()
    assert state.received(frame("welcome", mode="resume", protocol=1, cursor="head", heartbeat=25)) == []
    assert state.received(frame("live", cursor="head")) == [CaughtUp()]


def test_an_event_is_delivered_and_moves_the_cursor(state: LiveState) -> None:
    written = message(seq=4)
    here = conversation(rev=4)
    [action] = state.received(event("c1", "c2", "message.created", message=written, conversation=here))
    assert isinstance(action, Deliver)
    assert (action.update.messages, action.update.conversation) == ((written,), here)
    assert hello(state.opened())["cursor"] == "c1"


def test_what_was_not_handled_is_asked_for_again(state: LiveState) -> None:
    state.received(event("c1", "c2", "member.updated", member=SARAH))
    assert hello(state.opened())["cursor"] == "c1"
    state.handled()
    assert hello(state.opened())["cursor"] == "c1"
    state.received(frame("welcome", mode="resume", protocol=1, cursor="c1", heartbeat=25))
    state.received(event("c1", "c2", "member.updated", member=SARAH))
    state.handled()
    assert hello(state.opened())["cursor"] == "c2"


def test_a_replay_is_delivered_in_its_order_and_moves_the_cursor_once(state: LiveState) -> None:
    items = [
        {"kind": "conversation.updated", "data": {"conversation": conversation(index)}} for index in (2, 1)
    ]
    actions = state.received(frame("events", previous="c1", cursor="c9", items=items))
    found = [each.update.conversation for each in actions if isinstance(each, Deliver)]
    assert found == [conversation(2), conversation(1)]
    state.handled()
    assert state.cursor == "c9"


def test_a_kind_of_a_later_version_is_skipped_but_the_cursor_moves(state: LiveState) -> None:
    assert state.received(event("c1", "c2", "video.started", room=1)) == []
    state.handled()
    assert state.cursor == "c2"
    assert state.received(frame("ephemeral", kind="cursor_position", data={})) == []


def test_a_frame_of_a_later_version_is_skipped(state: LiveState) -> None:
    assert state.received(frame("advice", text="?")) == []


def test_what_does_not_fit_is_skipped_and_said(state: LiveState) -> None:
    [action] = state.received(event("c1", "c2", "message.created", message={"id": 7}))
    assert isinstance(action, Odd)
    assert "message.created" in action.what
    state.handled()
    assert state.cursor == "c2"


def test_a_position_moves_the_cursor(state: LiveState) -> None:
    assert state.received(frame("position", previous="c1", cursor="c5")) == []
    state.handled()
    assert state.cursor == "c5"


@pytest.mark.parametrize(
    "text",
    [
        event("c0", "c2", "message.updated", message=message()),
        frame("events", previous="c0", cursor="c2", items=[]),
        frame("position", previous="c0", cursor="c2"),
        frame("live", cursor="c7"),
    ],
)
def test_a_gap_means_to_come_back_with_the_own_cursor(state: LiveState, text: str) -> None:
    [action] = state.received(text)
    assert isinstance(action, Reconnect)
    state.handled()
    assert state.cursor == "c1"
    assert hello(state.opened())["cursor"] == "c1"


def test_a_ping_is_answered(state: LiveState) -> None:
    assert state.received(frame("ping")) == [Send('{"type":"pong"}')]


def test_a_ping_that_names_another_position_means_that_the_last_frame_was_lost(state: LiveState) -> None:
    assert state.received(frame("ping", cursor="c1")) == [Send('{"type":"pong"}')]
    [pong, action] = state.received(frame("ping", cursor="c2"))
    assert isinstance(pong, Send)
    assert isinstance(action, Reconnect)


def test_need_snapshot_then_a_second_hello_with_the_snapshots_cursor() -> None:
    state = LiveState(SERVER, "ancient")
    state.opened()
    welcome = frame("welcome", mode="need_snapshot", protocol=1, cursor="c40", heartbeat=25)
    assert state.received(welcome) == [TakeSnapshot()]
    assert hello(state.resume_from("c41"))["cursor"] == "c41"
    state.handled()
    state.received(frame("welcome", mode="resume", protocol=1, cursor="c41", heartbeat=25))
    assert state.received(frame("live", cursor="c41")) == [CaughtUp()]


def test_resync_takes_a_snapshot_too(state: LiveState) -> None:
    assert state.received(frame("resync", reason="log_damaged"))[-1] == TakeSnapshot()


def test_bye_says_when_to_come_back(state: LiveState) -> None:
    assert state.received(frame("bye", code="draining", retry_ms=2500)) == [
        Reconnect("the server is restarting", 2.5)
    ]


def test_a_session_that_changed_means_to_come_back_with_the_same_token(state: LiveState) -> None:
    [bye] = state.received(frame("bye", code="session_changed", retry_ms=0))
    assert bye == Reconnect("the server closed the stream", None)
    assert isinstance(state.closed(4401, "session_changed")[0], Reconnect)


@pytest.mark.parametrize(("protocol", "newer"), [(2, True), (0, False)])
def test_another_protocol_ends_it(protocol: int, newer: bool) -> None:
    state = LiveState(SERVER)
    [action] = state.received(frame("welcome", mode="resume", protocol=protocol, cursor="c", heartbeat=25))
    assert isinstance(action, Stop)
    assert isinstance(action.error, ProtocolMismatch)
    assert action.error.newer is newer


def test_a_server_that_refuses_our_protocol_ends_it(state: LiveState) -> None:
    [action] = state.closed(1008, "unsupported_protocol")
    assert isinstance(action, Stop)
    assert isinstance(action.error, ProtocolMismatch)


@pytest.mark.parametrize("bye", [True, False])
def test_a_session_that_ended_ends_it(state: LiveState, bye: bool) -> None:
    said = frame("bye", code="unauthenticated", retry_ms=0)
    [action] = state.received(said) if bye else state.closed(4401)
    assert isinstance(action, Stop)
    assert isinstance(action.error, ApiError)
    assert action.error.status == 401


@pytest.mark.parametrize("code", [None, 1006, 1011, 1013, 4403, 4408, 4429, 4503])
def test_any_other_end_means_to_come_back(state: LiveState, code: int | None) -> None:
    [action] = state.closed(code)
    assert isinstance(action, Reconnect)


@pytest.mark.parametrize("text", ["", "[]", '{"type":7}', "{", '{"type":"event"}'])
def test_an_unreadable_frame_means_to_come_back(state: LiveState, text: str) -> None:
    assert isinstance(state.received(text)[-1], Reconnect)
    state.handled()
    assert state.cursor == "c1"
