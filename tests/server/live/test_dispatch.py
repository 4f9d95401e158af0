"""Deciding without sockets: what is left out, what is shared, what is read again."""

from collections.abc import Sequence

import pytest
from pydantic_core import from_json

from deskterm.protocol.records import Role
from deskterm.server.live.audience import addressed
from deskterm.server.live.cursor import Cursor, Stamp, parse_cursor, sight_of
from deskterm.server.live.dispatch import coalesce
from deskterm.server.live.frames import Piece, Run, text_frame
from deskterm.server.live.replay import collapse
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Audience, Event
from deskterm.server.storage.organizations import Rule

STAMP = Stamp("epoch", "admin")
C1, C2, M1, M2 = (bytes(15) + bytes((number,)) for number in (1, 2, 3, 4))


def event(
    seq: int,
    kind: str,
    entity_id: bytes,
    conversation_id: bytes | None = C1,
    audience: Audience = Audience.CONVERSATION,
    audience_id: bytes | None = None,
) -> Event:
    entity = kind.partition(".")[0]
    return Event(
        1, seq, seq * 7, kind, entity, entity_id, conversation_id, audience, audience_id, None, 0, None
    )


def principal(role: Role | None, member: bytes | None = None, contact: bytes | None = None) -> Principal:
    return Principal(1, bytes(16), bytes(16), role, "Somebody", member_id=member, contact_id=contact)


def unpack(frames: bytes) -> list[dict[str, object]]:
    """The payloads of text frames in a row."""
    found = []
    while frames:
        assert frames[0] == 0x81
        size, start = frames[1], 2
        if size == 126:
            size, start = int.from_bytes(frames[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(frames[2:10]), 10
        found.append(from_json(frames[start : start + size]))
        frames = frames[start + size :]
    return found


class TestFrames:
    @pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536, 70000])
    def test_headers_tell_the_size(self, size: int) -> None:
        payload = b'"' + b"x" * max(size - 2, 0) + b'"'
        assert unpack(text_frame(payload) + text_frame(b"1")) == [payload[1:-1].decode(), 1]

    def test_a_run_chains_its_frames_and_shares_all_but_the_first(self) -> None:
        pieces = [Piece(seq, seq * 7, "message.created", b'{"n":%d}' % seq) for seq in (3, 5, 9)]
        run = Run(pieces, STAMP)
        first, other = unpack(run.after("a")), unpack(run.after("b"))
        assert first[1:] == other[1:]
        assert [frame["previous"] for frame in first] == ["a", STAMP.cursor(3, 21), STAMP.cursor(5, 35)]
        assert [frame["cursor"] for frame in first][2] == run.cursor
        assert run.after("a") is run.after("a")

    def test_who_has_read_a_part_of_it_is_handed_the_rest(self) -> None:
        run = Run([Piece(seq, 0, "message.created", b"{}") for seq in (3, 5, 9)], STAMP)
        for position, told in ((0, 3), (3, 2), (4, 2), (9, 0), (20, 0)):
            rest = run.beyond(position)
            assert (0 if rest is None else len(unpack(rest.after("a")))) == told


class TestCursors:
    def test_come_back_as_they_were(self) -> None:
        assert parse_cursor(STAMP.cursor(12, 0xFF)) == Cursor("epoch", 12, 0xFF, "admin")

    @pytest.mark.parametrize("text", ["", "a.b.c", "e.-1.00.admin", "e.١.00.admin", "e.1.xyz.admin"])
    def test_what_is_none_is_none(self, text: str) -> None:
        assert parse_cursor(text) is None

    def test_sight_follows_role_and_setting(self) -> None:
        everything, own = Rule("all", 7, 3), Rule("assigned", 7, 3)
        assert sight_of(principal(Role.STAFF), everything) != sight_of(principal(Role.STAFF), own)
        assert sight_of(principal(Role.ADMIN), everything) == sight_of(principal(Role.ADMIN), own)
        assert sight_of(principal(None), everything) == sight_of(principal(Role.CUSTOMER), own)

    def test_sight_that_was_given_again_is_another(self) -> None:
        own = Rule("assigned", 7, 3)
        for again in (Rule("assigned", 9, 3), Rule("assigned", 7, 8)):
            assert sight_of(principal(Role.STAFF), again) != sight_of(principal(Role.STAFF), own)
        assert sight_of(principal(Role.CUSTOMER), Rule("assigned", 7, 8)) != sight_of(
            principal(Role.CUSTOMER), own
        )


class TestCoalescing:
    def test_keeps_the_last_of_equal_updates(self) -> None:
        events = [
            event(1, "conversation.updated", C1),
            event(2, "message.created", M1),
            event(3, "conversation.updated", C1),
            event(4, "conversation.updated", C2, C2),
        ]
        assert [each.seq for each in coalesce(events)] == [2, 3, 4]

    def test_an_update_for_agents_does_not_stand_for_one_for_everybody(self) -> None:
        events = [
            event(1, "conversation.updated", C1),
            event(2, "conversation.updated", C1, audience=Audience.AGENTS_OF_CONVERSATION),
        ]
        assert coalesce(events) == events


def told(events: Sequence[Event]) -> list[tuple[str, int, bool]]:
    return [(item.event.kind, item.event.seq, item.whole) for item in collapse(events)]


class TestCollapsing:
    def test_a_message_is_told_once_and_is_still_new(self) -> None:
        events = [
            event(1, "message.created", M1),
            event(2, "message.created", M2),
            event(3, "message.updated", M1),
            event(4, "message.deleted", M2),
        ]
        assert told(events) == [("message.created", 3, True), ("message.created", 4, False)]

    def test_an_edit_of_an_older_message_stays_an_edit(self) -> None:
        events = [event(3, "message.updated", M1), event(4, "message.deleted", M1)]
        assert told(events) == [("message.deleted", 4, True)]

    def test_the_conversation_rides_with_the_first_thing_told_about_it(self) -> None:
        events = [
            event(1, "conversation.created", C1),
            event(2, "message.created", M1),
            event(3, "conversation.updated", C1),
            event(4, "message.created", M2, C2),
            event(5, "conversation.updated", C2, C2),
        ]
        assert told(events) == [
            ("message.created", 2, True),
            ("message.created", 4, True),
        ] or told(events) == [
            ("message.created", 2, True),
            ("conversation.created", 3, False),
            ("message.created", 4, True),
        ]

    def test_a_revocation_voids_what_came_before_and_is_always_told(self) -> None:
        events = [
            event(1, "message.created", M1),
            event(2, "conversation.revoked", C1),
            event(3, "message.created", M2, C2),
        ]
        assert [kind for kind, _, _ in told(events)] == ["conversation.revoked", "message.created"]

    def test_a_grant_brings_everything_and_keeps_the_revocation_before_it(self) -> None:
        events = [
            event(1, "conversation.revoked", C1),
            event(2, "message.created", M1),
            event(3, "conversation.granted", C1),
            event(4, "conversation.updated", C1),
            event(5, "message.created", M2),
        ]
        assert told(events) == [
            ("conversation.revoked", 1, True),
            ("conversation.granted", 3, True),
            ("message.created", 5, False),
        ]

    def test_the_ticket_rides_with_the_first_new_message(self) -> None:
        events = [
            event(1, "conversation.created", C1),
            event(2, "message.created", M1),
            event(3, "message.created", M2),
        ]
        assert [item.ticket for item in collapse(events)] == [False, True, False]


@pytest.mark.parametrize(
    ("audience", "admin", "member", "other", "customer"),
    [
        (Audience.CONVERSATION, True, True, True, True),
        (Audience.EVERYONE, True, True, True, True),
        (Audience.AGENTS_OF_CONVERSATION, True, True, True, False),
        (Audience.AGENTS, True, True, True, False),
        (Audience.ADMINS, True, False, False, False),
        (Audience.MEMBER, False, True, False, False),
        (Audience.CONTACT, False, False, False, True),
        (Audience.STAFF_EXCEPT, False, False, True, False),
        (Audience.SESSION, False, False, False, False),
    ],
)
def test_audiences_address(
    audience: Audience, admin: bool, member: bool, other: bool, customer: bool
) -> None:
    named = C2 if audience is Audience.CONTACT else M1
    told_of = event(1, "conversation.updated", C1, audience=audience, audience_id=named)
    people = (
        principal(Role.ADMIN, bytes(16)),
        principal(Role.STAFF, M1),
        principal(Role.STAFF, M2),
        principal(Role.CUSTOMER, bytes(16), C2),
    )
    assert [addressed(each, told_of) for each in people] == [admin, member, other, customer]
