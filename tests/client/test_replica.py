"""The rules of the replica, one by one (docs/protocol.md "Live")."""

from dataclasses import replace

import pytest

from deskterm.client.answers import (
    Page,
    ReadState,
    Update,
)
from deskterm.client.replica import bounds as module
from deskterm.client.replica import replica as replicas
from deskterm.client.replica.changes import (
    ConversationChanged,
    ConversationGone,
    MessageArrived,
    MessageChanged,
    ThreadLoaded,
)
from deskterm.client.replica.filters import Filter
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Named, Status
from tests.client.replicas import HERE, bodies, open_thread, revoked
from tests.client.samples import conversation, message, number, sent


def test_the_newer_wins_and_the_older_is_no_news(replica: Replica) -> None:
    assert replica.put_conversation(conversation(rev=7, subject="new")) == (ConversationChanged(HERE),)
    assert replica.put_conversation(conversation(rev=6, subject="old")) == ()
    assert replica.put_conversation(conversation(rev=7, subject="other")) == ()
    held = replica.conversation(HERE)
    assert held is not None
    assert held.subject == "new"


def test_a_new_conversation_is_said_to_be_new(replica: Replica) -> None:
    assert replica.put_conversation(conversation(2)) == (ConversationChanged(number(2), new=True),)


def test_a_revocation_says_why_and_by_whom_and_takes_everything_along(replica: Replica) -> None:
    open_thread(replica, message(seq=5))
    changes = replica.apply(revoked(9))
    assert changes == (ConversationGone(HERE, "claimed", Named("member-mike", "Mike Chen")),)
    assert replica.conversation(HERE) is None
    assert replica.thread(HERE) is None
    assert replica.apply(revoked(9)) == ()


def test_data_older_than_a_revocation_is_void_from_any_channel(replica: Replica) -> None:
    open_thread(replica)
    replica.apply(revoked(9))
    assert replica.put_page(Page((conversation(rev=9),))) == ()
    assert replica.apply(sent(message(seq=8))) == ()
    assert replica.put_messages(HERE, "newest", [message(seq=8)], more=False) == ()
    assert replica.conversation(HERE) is None


def test_a_grant_of_what_is_here_begins_its_thread_anew(replica: Replica) -> None:
    before = replica.open_thread(HERE)
    replica.put_messages(HERE, "newest", [message(seq=2), message(seq=3)], more=False)
    taken_out = Update("conversation.granted", conversation=conversation(rev=12), messages=(message(seq=3),))
    assert ThreadLoaded(HERE) in replica.apply(taken_out)
    thread = replica.thread(HERE)
    assert thread is not None
    assert [each.seq for each in thread.messages] == [3]
    assert not thread.at_start, "what is before it is asked for again"
    late = replica.put_messages(HERE, "before", [message(seq=1)], more=False, asked=before)
    assert (late, thread.at_start) == ((), False), "a page that was asked for before may be wrong"


def test_a_conversation_granted_again_comes_back_with_its_old_messages(replica: Replica) -> None:
    replica.apply(revoked(9))
    granted = Update("conversation.granted", conversation=conversation(rev=12), messages=(message(seq=3),))
    replica.open_thread(HERE)
    assert ConversationChanged(HERE, new=True) in replica.apply(granted)
    assert replica.apply(revoked(9)) == ()
    open_thread(replica, message(seq=3))
    assert bodies(replica) == ["message 1"]


def test_what_the_reader_moved_away_stays_away(replica: Replica) -> None:
    assert replica.drop(HERE) == (ConversationGone(HERE),)
    assert replica.put_conversation(conversation(rev=5)) == ()
    assert replica.drop(HERE) == ()


def test_messages_stand_in_the_order_of_the_log(replica: Replica) -> None:
    open_thread(replica, message(1, 3), message(2, 5))
    replica.apply(sent(message(4, 9)))
    replica.apply(sent(message(3, 8)))
    assert bodies(replica) == ["message 1", "message 2", "message 3", "message 4"]


def test_an_arrival_is_told_once_even_where_no_thread_is_loaded(replica: Replica) -> None:
    news = MessageArrived(HERE, message(seq=9))
    assert news in replica.apply(sent(message(seq=9)))
    assert replica.apply(sent(message(seq=9))) == ()
    assert replica.apply(sent(message(seq=4))) == ()


def test_a_message_that_the_list_brought_first_is_still_told(replica: Replica) -> None:
    replica.put_conversation(conversation(rev=9))
    assert MessageArrived(HERE, message(seq=9)) in replica.apply(sent(message(seq=9)))


def test_an_edit_changes_what_is_shown_and_nothing_older_brings_it_back(replica: Replica) -> None:
    open_thread(replica, message(seq=5))
    edited = replace(message(seq=5), rev=8, body="edited")
    assert replica.apply(Update("message.updated", messages=(edited,))) == (MessageChanged(HERE, edited.id),)
    replica.put_messages(HERE, "newest", [message(seq=5)], more=False)
    assert bodies(replica) == ["edited"]


def test_an_edit_seen_before_its_page_is_not_undone_by_the_page(replica: Replica) -> None:
    open_thread(replica, message(2, 9))
    edited = replace(message(1, 3), rev=12, body="edited")
    replica.apply(Update("message.updated", messages=(edited,)))
    assert bodies(replica) == ["message 2"]
    replica.put_messages(HERE, "before", [message(1, 3)], more=False)
    assert bodies(replica) == ["edited", "message 2"]


class TestReading:
    """Read cursors never move back, and unread follows them."""

    def test_reading_clears_unread_once(self, replica: Replica) -> None:
        replica.put_conversation(conversation(rev=9, unread=2))
        read = Update("read.updated", read=ReadState(HERE, 9, 0))
        assert replica.apply(read) == (ConversationChanged(HERE),)
        replica.apply(sent(message(seq=11), unread=1, agent_read_seq=9))
        assert replica.apply(read) == ()
        assert replica.unread == 1

    def test_a_list_older_than_the_reading_does_not_bring_unread_back(self, replica: Replica) -> None:
        replica.put_read(ReadState(HERE, 9, 0))
        replica.put_conversation(conversation(rev=9, unread=3))
        assert replica.unread == 0

    def test_a_copy_of_the_same_rev_that_was_read_further_is_newer(self, replica: Replica) -> None:
        assert replica.put_conversation(conversation(rev=5, agent_read_seq=5))
        assert not replica.put_conversation(conversation(rev=5, unread=4))


def test_the_inbox_is_filtered_ordered_and_cut_where_its_pages_end(replica: Replica) -> None:
    wanted = Filter(status=(Status.OPEN,), assignee=("me",))
    last = conversation(3, rev=6)
    others = (last, conversation(2, rev=9), conversation(4, rev=2), conversation(5, status=Status.PENDING))
    replica.put_page(Page((*others, conversation(6, rev=7, assignee=None))))
    assert [each.number for each in replica.inbox(wanted)] == [2, 3, 1, 4]
    assert [each.number for each in replica.inbox(wanted, wanted.position(last))] == [2, 3]


def test_conversations_are_bounded_and_what_is_open_stays(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONVERSATIONS", 20)
    replica.open_thread(HERE)
    replica.put_page(Page(tuple(conversation(index, rev=100 + index) for index in range(2, 40))))
    assert len(replica.conversations()) <= 20
    assert replica.conversation(HERE)
    assert replica.conversation(number(39))
    assert not replica.conversation(number(2))


def test_threads_are_bounded_and_the_one_opened_longest_ago_goes(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "THREADS", 2)
    for index in (1, 2, 1, 3):
        replica.open_thread(number(index))
    assert replica.open_threads() == (number(1), number(3))


def test_a_revocation_from_before_the_grant_that_is_here_is_void(replica: Replica) -> None:
    replica.put_conversation(conversation(rev=12))
    assert replica.apply(revoked(9)) == ()
    assert replica.conversation(HERE)
