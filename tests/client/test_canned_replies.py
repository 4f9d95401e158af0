"""Canned replies in the replica: newer wins, and what was deleted stays so."""

from deskterm.client.answers import Update
from deskterm.client.replica.canned_replies import CannedReplies
from deskterm.client.replica.changes import CannedRepliesChanged
from deskterm.client.replica.replica import Replica
from deskterm.protocol.canned_replies import CannedReply, CannedReplyGone


def reply(id_: str = "a", rev: int = 1, title: str = "Title") -> CannedReply:
    return CannedReply(id_, "shared", f"to-{id_}", title, "Body", rev)


def test_newer_wins_and_older_is_a_no_op() -> None:
    known = CannedReplies()
    assert known.put(reply(rev=3, title="New"))
    assert not known.put(reply(rev=3))
    assert not known.put(reply(rev=2, title="Old"))
    assert [each.title for each in known.all()] == ["New"]


def test_a_late_page_does_not_bring_back_what_was_deleted() -> None:
    known = CannedReplies()
    assert not known.drop(CannedReplyGone("a", 5))
    assert not known.put(reply(rev=4))
    assert known.get("a") is None


def test_they_are_listed_by_shortcut() -> None:
    known = CannedReplies()
    for id_ in "cab":
        known.put(reply(id_))
    assert [each.shortcut for each in known.all()] == ["to-a", "to-b", "to-c"]


def test_events_reach_them_through_the_replica() -> None:
    replica = Replica()
    made = Update("canned_reply.created", canned_reply=reply())
    gone = Update("canned_reply.deleted", canned_reply_gone=CannedReplyGone("a", 2))
    assert replica.apply(made) == (CannedRepliesChanged(),)
    assert replica.apply(made) == ()
    assert replica.apply(gone) == (CannedRepliesChanged(),)
    assert replica.canned.all() == ()
