"""The server's routes for tickets: what they are called and what they say is their own."""

from collections.abc import Mapping, Sequence

from deskterm.client.answers import Page, Ticket
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of


class TicketCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def tickets(
        self,
        *,
        status: Sequence[str] = (),
        priority: Sequence[str] = (),
        assignee: Sequence[str] = (),
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Ticket]:
        """A page of tickets; several values of a filter mean any of them."""
        chosen = {"status": status, "priority": priority, "assignee": assignee}
        query = {key: ",".join(values) for key, values in chosen.items() if values}
        query |= {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return await self._get("/tickets", page_of(Ticket), query)

    async def ticket(self, ticket_id: str) -> Ticket:
        """One ticket with its description."""
        return await self._get(f"/tickets/{ticket_id}", one(Ticket))

    async def patch_ticket(self, ticket_id: str, fields: Mapping[str, str]) -> Ticket:
        """Change the subject or the description."""
        return self._fit(one(Ticket), await self._do("PATCH", f"/tickets/{ticket_id}", fields))
