"""The live state machine without a socket: every frame of the server, and every way the stream breaks."""

import json
from typing import Any

import pytest
from pydantic_core import to_jsonable_python

from deskterm.client.answers import ReadState, Revocation
from deskterm.client.errors import ApiError, ProtocolMismatch
from deskterm.client.live import (
    Action,
    CaughtUp,
    Deliver,
    LiveState,
    Odd,
    Reconnect,
    Send,
    Stop,
    TakeSnapshot,
)
from deskterm.protocol.records import Named, Presence
from tests.client.samples import SARAH, at, conversation, message, number

SERVER = "https://desk.example.com"


def frame(frame_type: str, /, **fields: Any) -> str:
    return json.dumps({"type": frame_type, **to_jsonable_python(fields)})


def event(previous: str, cursor: str, kind: str, **data: Any) -> str:
    return frame("event", previous=previous, cursor=cursor, kind=kind, data=data)


def hello(actions: list[Action]) -> dict[str, Any]:
    [sent] = actions
    assert isinstance(sent, Send)
    said: dict[str, Any] = json.loads(sent.text)
    return said


@pytest.fixture
def state() -> LiveState:
    """Welcomed at position c1."""
    made = LiveState(SERVER, "c1")
    made.opened()
    made.received(frame("welcome", mode="resume", protocol=1, cursor="c1", heartbeat=25))
    made.handled()
    return made


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


DATA: dict[str, dict[str, Any]] = {
    "conversation.created": {"conversation": conversation()},
    "conversation.updated": {"conversation": conversation()},
    "conversation.granted": {"conversation": conversation(), "messages": [message()]},
    "conversation.revoked": {
        "conversation_id": number(1),
        "rev": 9,
        "reason": "claimed",
        "by": {"id": "m", "name": "Mike"},
    },
    "message.created": {"message": message(), "conversation": conversation()},
    "message.updated": {"message": message()},
    "message.deleted": {"message": message(deleted=True, body="")},
    "ticket.updated": {
        "ticket": {
            "id": number(5),
            "conversation_id": number(1),
            "number": 1,
            "subject": "Support request from Ana Souza",
            "description": "It is broken.",
            "status": "open",
            "priority": "normal",
            "assignee": None,
            "contact": None,
            "rev": 4,
            "created_at": at(1),
            "updated_at": at(2),
        }
    },
    "assignment.created": {
        "assignment": {
            "id": number(6),
            "conversation_id": number(1),
            "assignee": None,
            "assigned_by": {"id": "m", "name": "Dana"},
            "reason": "returned",
            "explanation": None,
            "at": at(3),
        }
    },
    "read.updated": {"conversation_id": number(1), "seq": 7, "unread": 2},
    "persona.created": {"persona": {"id": "p", "name": "Mia"}},
    "persona.updated": {"persona": {"id": "p", "name": "Mia"}},
    "persona.deleted": {"persona": {"id": "p", "name": "Mia"}},
    "member.created": {"member": SARAH},
    "member.updated": {"member": SARAH},
}
EPHEMERAL: dict[str, dict[str, Any]] = {
    "typing": {
        "conversation_id": number(1),
        "who": {"kind": "contact", "id": "c", "name": "Ana"},
        "visibility": "public",
        "until": at(1),
    },
    "viewing": {"conversation_id": number(1), "agents": [{"id": "m", "name": "Mike"}]},
    "presence": {"member_id": SARAH.id, "presence": "online"},
}


@pytest.mark.parametrize("kind", DATA)
def test_every_kind_is_understood(state: LiveState, kind: str) -> None:
    [action] = state.received(event("c1", "c2", kind, **DATA[kind]))
    assert isinstance(action, Deliver)
    assert action.counted
    assert action.update.kind == kind
    carried = [
        name
        for name in (
            "conversation",
            "messages",
            "ticket",
            "assignment",
            "revocation",
            "read",
            "member",
            "persona",
        )
        if getattr(action.update, name)
    ]
    assert carried
    state.handled()
    assert state.cursor == "c2"


@pytest.mark.parametrize("kind", EPHEMERAL)
def test_what_happens_in_passing_is_delivered_without_moving_the_cursor(state: LiveState, kind: str) -> None:
    [action] = state.received(frame("ephemeral", kind=kind, data=EPHEMERAL[kind]))
    assert isinstance(action, Deliver)
    assert not action.counted
    assert getattr(action.update, kind)
    state.handled()
    assert state.cursor == "c1"


def test_a_revocation_keeps_its_rev_and_who_did_it(state: LiveState) -> None:
    [action] = state.received(event("c1", "c2", "conversation.revoked", **DATA["conversation.revoked"]))
    assert isinstance(action, Deliver)
    assert action.update.revocation == Revocation(number(1), 9, "claimed", Named("m", "Mike"))


def test_reading_and_presence_have_their_values(state: LiveState) -> None:
    [read] = state.received(event("c1", "c2", "read.updated", **DATA["read.updated"]))
    assert isinstance(read, Deliver)
    assert read.update.read == ReadState(number(1), 7, 2)
    [there] = state.received(frame("ephemeral", kind="presence", data=EPHEMERAL["presence"]))
    assert isinstance(there, Deliver)
    assert there.update.presence is not None
    assert there.update.presence.presence is Presence.ONLINE


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
