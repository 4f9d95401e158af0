"""What a replica knows of people: roster, presence, the own role, own messages on their way."""

from dataclasses import replace

from deskterm.client.answers import (
    ContactsHere,
    PresenceChange,
    Typing,
    Update,
    Viewing,
)
from deskterm.client.replica.changes import (
    Changes,
    MeChanged,
    PendingChanged,
    RosterChanged,
    ThreadLoaded,
    TypingChanged,
    ViewingChanged,
)
from deskterm.client.replica.outgoing import Pending, SendState
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Author, AuthorKind, Named, Persona, Presence, Role
from tests.client.replicas import HERE, bodies, open_thread, revoked
from tests.client.samples import ANA, SARAH, at, message, number, sent


class TestOwnMessages:
    """Pending until seen, from whichever channel, and never twice."""

    def pending(self, replica: Replica) -> Pending:
        """A reply on its way, in an open thread."""
        open_thread(replica)
        pending = Pending(message(seq=9).id, HERE, "hello", at(0))
        replica.outgoing.put(pending)
        return pending

    def test_the_answer_settles_it_and_the_event_after_it_is_no_news(self, replica: Replica) -> None:
        self.pending(replica)
        assert replica.put_message(message(seq=9)) == (
            PendingChanged(HERE, message().id),
            ThreadLoaded(HERE),
        )
        assert replica.outgoing.of(HERE) == ()
        replica.apply(sent(message(seq=9)))
        assert bodies(replica) == ["message 1"]

    def test_the_event_before_the_answer_settles_it_as_well(self, replica: Replica) -> None:
        pending = self.pending(replica)
        assert PendingChanged(HERE, pending.id) in replica.apply(sent(message(seq=9)))
        assert replica.put_message(message(seq=9)) == ()
        assert bodies(replica) == ["message 1"]
        assert replica.outgoing.state(pending.id) is SendState.SENT

    def test_a_page_settles_it_too(self, replica: Replica) -> None:
        pending = self.pending(replica)
        replica.put_messages(HERE, "newest", [message(seq=9)], more=False)
        assert replica.outgoing.get(pending.id) is None

    def test_a_failure_told_after_it_arrived_is_void(self, replica: Replica) -> None:
        pending = self.pending(replica)
        replica.apply(sent(message(seq=9)))
        assert not replica.outgoing.fail(pending.id, "no answer")
        assert replica.outgoing.restart(pending.id, None) is None

    def test_a_refusal_keeps_the_text_with_its_reason(self, replica: Replica) -> None:
        pending = self.pending(replica)
        assert replica.outgoing.fail(pending.id, "A colleague answered.", "stale")
        kept = replica.outgoing.get(pending.id)
        assert kept is not None
        assert (kept.body, kept.state, kept.code) == ("hello", SendState.FAILED, "stale")
        again = replica.outgoing.restart(pending.id, 12)
        assert again is not None
        assert (again.id, again.seen_seq, again.reason) == (pending.id, 12, None)

    def test_the_text_outlives_the_conversation(self, replica: Replica) -> None:
        pending = self.pending(replica)
        replica.apply(revoked(9))
        assert replica.outgoing.all() == (pending,)

    def test_one_that_went_to_a_successor_is_settled_where_it_was_written(self, replica: Replica) -> None:
        self.pending(replica)
        there = message(seq=9, conversation_index=2)
        assert PendingChanged(HERE, there.id) in replica.apply(sent(there))
        assert replica.outgoing.all() == ()


class TestPeople:
    """Roster, presence, role, and what happens in passing."""

    def test_presence_is_the_rosters(self, replica: Replica) -> None:
        there = Update("presence", presence=PresenceChange(SARAH.id, Presence.ONLINE))
        assert replica.apply(there) == (RosterChanged(),)
        assert replica.apply(there) == ()
        assert replica.roster.presence(SARAH.id) is Presence.ONLINE
        assert replica.roster.presence("nobody") is Presence.OFFLINE

    def test_what_a_new_connection_says_of_contacts_voids_what_was_known(self, replica: Replica) -> None:
        def told(online: tuple[str, ...], offline: tuple[str, ...] | None = ()) -> Changes:
            return replica.apply(Update("contacts", contacts=ContactsHere(online, offline)))

        assert told(("a", "b"), None) == told(("c",)) == told((), ("a",)) == (RosterChanged(),)
        assert told(("c",), ("a",)) == ()
        assert [replica.roster.is_here(each) for each in "abc"] == [False, True, True]
        told(("a",), None)
        assert [replica.roster.is_here(each) for each in "abc"] == [True, False, False]

    def test_the_own_role_follows_the_member(self, replica: Replica) -> None:
        promoted = Update("member.updated", member=replace(SARAH, role=Role.ADMIN))
        assert replica.apply(promoted) == (MeChanged(), RosterChanged())
        assert replica.me is not None
        assert replica.me.role is Role.ADMIN

    def test_personas_come_and_go(self, replica: Replica) -> None:
        support = Persona("p", "Support", support=True)
        assert replica.apply(Update("persona.created", persona=support)) == (RosterChanged(),)
        assert replica.roster.support_persona == support
        assert replica.apply(Update("persona.deleted", persona=support)) == (RosterChanged(),)
        assert replica.roster.support_persona is None

    def test_typing_ends_by_time_and_by_the_message(self, replica: Replica) -> None:
        typing = Typing(HERE, Author(AuthorKind.CONTACT, ANA.id, ANA.name), at(20))
        assert replica.apply(Update("typing", typing=typing)) == (TypingChanged(HERE),)
        assert replica.attention.typing(HERE, at(19)) == (typing,)
        assert replica.attention.typing(HERE, at(20)) == ()
        replica.apply(Update("typing", typing=typing))
        assert TypingChanged(HERE) in replica.apply(sent(message(seq=9)))
        assert replica.attention.typing(HERE, at(19)) == ()

    def test_viewing_is_told_when_it_differs(self, replica: Replica) -> None:
        look = Update("viewing", viewing=Viewing(HERE, (Named("m", "Mike Chen"),)))
        assert replica.apply(look) == (ViewingChanged(HERE),)
        assert replica.apply(look) == ()

    def test_nothing_in_passing_is_kept_for_what_is_not_here(self, replica: Replica) -> None:
        typing = Typing(number(7), Author(AuthorKind.CONTACT, ANA.id), at(20))
        assert replica.apply(Update("typing", typing=typing)) == ()
        assert replica.attention.typing(number(7), at(1)) == ()
