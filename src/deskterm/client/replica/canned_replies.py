"""Canned replies on this side: what is known of them.

They are loaded when the chooser opens first and not with the snapshot: most sign-ins never ask for them, and
their texts may weigh more than the whole inbox. From then on the live stream keeps them true.
"""

from typing import TYPE_CHECKING

from deskterm.client.answers import Update
from deskterm.client.replica.changes import CannedRepliesChanged, Changes
from deskterm.client.replica.kept import Kept
from deskterm.protocol.canned_replies import CannedReply

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class CannedReplies(Kept[CannedReply]):
    """Those that are known here."""

    def all(self) -> tuple[CannedReply, ...]:
        """All that are here, by shortcut."""
        return tuple(sorted(self._held.values(), key=lambda each: (each.shortcut, each.id)))

    def apply(self, update: Update) -> Changes:
        """Take what an event says."""
        came = update.canned_reply is not None and self.put(update.canned_reply)
        went = update.canned_reply_gone is not None and self.drop(update.canned_reply_gone)
        return (CannedRepliesChanged(),) if came or went else ()


async def load_canned_replies(desk: "Desk") -> None:
    """Have all of them in the replica."""
    await desk.replica.canned.load(desk.api.canned_replies)
