"""Making one conversation of two, and rewriting tickets: known here before the server's news of it."""

from collections.abc import Mapping

from deskterm.client.answers import Ticket
from deskterm.client.remembering import Remembering
from deskterm.protocol.records import Conversation


class Merging(Remembering):
    """What a desk does about two conversations of one customer, and about a ticket. Raises ClientError."""

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

    async def load_ticket(self, ticket_id: str) -> Ticket:
        """Have a ticket with its description in the replica."""
        replica = self.replica
        ticket = await self.api.ticket(ticket_id)
        self._moved(replica.put_ticket(ticket))
        return ticket

    async def patch_ticket(self, ticket_id: str, fields: Mapping[str, str]) -> Ticket:
        """Change a ticket's subject or description; it is answered, and in the replica."""
        stored = await self.api.patch_ticket(ticket_id, fields)
        self._moved(self.replica.put_ticket(stored))
        return stored
