"""Making one conversation of two: known here at once, also before the server's news of it."""

from deskterm.client.remembering import Remembering
from deskterm.protocol.records import Conversation


class Merging(Remembering):
    """What a desk does about two conversations of one customer. Raises the errors of `client.errors`."""

    async def merge(self, conversation_id: str, into_id: str) -> Conversation:
        """Put one into the other, which is answered; the one is gone from the replica."""
        merged = await self.api.merge(conversation_id, into_id)
        self._moved((*self.replica.drop(conversation_id), *self.replica.put_conversation(merged)))
        return self.replica.conversation(merged.id) or merged

    async def unmerge(self, conversation_id: str) -> Conversation:
        """Take it out again; it is answered, and back in the replica."""
        taken = await self.api.unmerge(conversation_id)
        self._moved(self.replica.put_conversation(taken))
        return self.replica.conversation(taken.id) or taken
