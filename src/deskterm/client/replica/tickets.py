"""Tickets with their descriptions, as far as they were loaded."""

from deskterm.client.answers import Ticket
from deskterm.client.replica.changes import Changes, TicketChanged


class Tickets:
    """Tickets by id; newer `rev` wins."""

    def __init__(self) -> None:
        self._tickets: dict[str, Ticket] = {}

    def get(self, ticket_id: str) -> Ticket | None:
        """The ticket with this id."""
        return self._tickets.get(ticket_id)

    def put(self, ticket: Ticket) -> Changes:
        """Take a ticket with its own fields."""
        held = self._tickets.get(ticket.id)
        if held is not None and held.rev >= ticket.rev:
            return ()
        self._tickets[ticket.id] = ticket
        return (TicketChanged(ticket.id, ticket.conversation_id),)

    def drop(self, conversation_id: str) -> None:
        """The conversation is gone, and its ticket with it."""
        for ticket in [each for each in self._tickets.values() if each.conversation_id == conversation_id]:
            del self._tickets[ticket.id]
