"""Canned replies on this side: what is known of them.

They are loaded when the chooser opens first and not with the snapshot: most sign-ins never ask for them, and
their texts may weigh more than the whole inbox. From then on the live stream keeps them true.
"""

from typing import TYPE_CHECKING

from deskterm.client.answers import Update
from deskterm.client.replica.changes import CannedRepliesChanged, Changes
from deskterm.protocol.canned_replies import CannedReply, CannedReplyGone

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class CannedReplies:
    """Those that are known here; newer `rev` wins, and what was deleted stays so."""

    def __init__(self) -> None:
        self.loaded = False
        """Whether all of them are here, and not only what changed lately."""
        self._replies: dict[str, CannedReply] = {}
        self._gone: dict[str, int] = {}

    def all(self) -> tuple[CannedReply, ...]:
        """All that are here, by shortcut."""
        return tuple(sorted(self._replies.values(), key=lambda each: (each.shortcut, each.id)))

    def get(self, reply_id: str) -> CannedReply | None:
        """The one with this id."""
        return self._replies.get(reply_id)

    def apply(self, update: Update) -> Changes:
        """Take what an event says."""
        came = update.canned_reply is not None and self.put(update.canned_reply)
        went = update.canned_reply_gone is not None and self.drop(update.canned_reply_gone)
        return (CannedRepliesChanged(),) if came or went else ()

    def put(self, reply: CannedReply) -> bool:
        """One came or differs."""
        held = self._replies.get(reply.id)
        known = max(self._gone.get(reply.id, -1), held.rev if held else -1)
        if reply.rev <= known:
            return False
        self._replies[reply.id] = reply
        return True

    def forget(self, reply: CannedReply) -> None:
        """This one was deleted from here; the event that says so follows."""
        self.drop(CannedReplyGone(reply.id, reply.rev))

    def drop(self, gone: CannedReplyGone) -> bool:
        """One was deleted."""
        self._gone[gone.id] = max(gone.rev, self._gone.get(gone.id, -1))
        return self._replies.pop(gone.id, None) is not None


async def load_canned_replies(desk: "Desk") -> None:
    """Have all of them in the replica; asks nothing where they are here already."""
    known = desk.replica.canned
    cursor: str | None = None
    while not known.loaded:
        page = await desk.api.canned_replies(cursor)
        for each in page.items:
            known.put(each)
        cursor = page.next_cursor
        known.loaded = cursor is None
