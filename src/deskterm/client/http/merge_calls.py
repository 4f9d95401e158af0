"""The server's routes that make one conversation of two, and two of one again."""

from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one
from deskterm.protocol.records import Conversation


class MergeCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def merge(self, conversation_id: str, into_id: str) -> Conversation:
        """Put a conversation into another one of the same customer; answers that one."""
        path = f"/conversations/{conversation_id}/merge"
        return self._fit(one(Conversation), await self._do("POST", path, {"into_id": into_id}))

    async def unmerge(self, conversation_id: str) -> Conversation:
        """Take a conversation out of the one it was put into; answers it."""
        path = f"/conversations/{conversation_id}/unmerge"
        return self._fit(one(Conversation), await self._do("POST", path))
