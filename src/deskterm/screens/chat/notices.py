"""The notifications that Help & Support shows at their time: they are in a conversation of their own."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.client.replica.thread import Thread as Loaded
from deskterm.protocol.records import Conversation, Kind, Message

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class Notices:
    """The customer's notifications, as far as they belong to a request that is shown."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def conversation(self, shown: Conversation | None) -> Conversation | None:
        """Where they are; None beside anything but a request, and while there are none."""
        if shown is None or shown.kind is not Kind.SUPPORT:
            return None
        every = self._desk.replica.conversations()
        return next((each for each in every if each.kind is Kind.PERSONAL), None)

    def among(self, shown: Conversation | None, loaded: Loaded, messages: Sequence[Message]) -> list[Message]:
        """Those between the first and the last of a request's `messages`, and at the ends of the request."""
        notices = self.conversation(shown)
        thread = self._desk.replica.thread(notices.id) if notices else None
        if shown is None or thread is None or not thread.messages:
            return []
        first = messages[0].seq if messages and not loaded.at_start else 0
        last = messages[-1].seq if messages and not loaded.at_end else thread.messages[-1].seq
        since = self._since(shown)
        within = [each for each in thread.messages if first <= each.seq <= last]
        return [each for each in within if since is None or each.created_at > since]

    async def load(self, shown: Conversation | None, loaded: Loaded | None) -> None:
        """Have them in the replica, as far back as messages are loaded. Raises ClientError."""
        notices = self.conversation(shown)
        if notices is None:
            return
        await self._desk.open_conversation(notices.id)
        while (thread := self._desk.replica.thread(notices.id)) and not thread.at_start and thread.messages:
            if loaded and not loaded.at_start and thread.messages[0].seq <= loaded.messages[0].seq:
                return
            await self._desk.load_older(notices.id)

    def _since(self, shown: Conversation) -> datetime | None:
        """Where the request before this one ended: what came earlier was to be read there."""
        if shown.previous_id is None:
            return None
        before = self._desk.replica.conversation(shown.previous_id)
        return (before.last_message_at or before.created_at) if before else shown.created_at
