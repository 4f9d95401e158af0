"""Every kind of event is understood, and what it carries gets out."""

from typing import Any

import pytest

from deskterm.client.answers import ReadState, Revocation
from deskterm.client.live.state import (
    Deliver,
    LiveState,
)
from deskterm.protocol.records import Named, Presence
from tests.client.live_frames import event, frame
from tests.client.samples import SARAH, at, conversation, message, number

CANNED = {
    "id": number(7),
    "visibility": "own",
    "shortcut": "hi",
    "title": "Greeting",
    "body": "Hello",
    "created_at": at(1),
    "updated_at": at(2),
    "rev": 3,
}
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
    "canned_reply.created": {"canned_reply": CANNED},
    "canned_reply.updated": {"canned_reply": CANNED},
    "canned_reply.deleted": {"canned_reply_id": number(7), "rev": 4},
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
    "contacts": {"online": ["c"], "offline": None},
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
            "canned_reply",
            "canned_reply_gone",
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
