"""The server's routes for automatic assignment, for whoever wants to know why (admins)."""

from dataclasses import dataclass
from typing import Literal

from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one
from deskterm.protocol.records import Named


@dataclass(slots=True, frozen=True)
class RoutingAgent:
    """Whether an agent could take a conversation, and why or why not."""

    id: str
    name: str
    eligible: bool
    open: int
    max_concurrent: int | None
    reason: str


@dataclass(slots=True, frozen=True)
class Routing:
    """Who would get a conversation automatically (None = nobody), and why."""

    conversation_id: str
    number: int
    assignment: Literal["manual", "balanced", "round_robin"]
    chosen: Named | None
    reason: str
    agents: tuple[RoutingAgent, ...]


class RoutingCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def routing(self, conversation_id: str) -> Routing:
        """Who would get the conversation now, with a word about every agent; changes nothing."""
        return await self._get(f"/conversations/{conversation_id}/routing", one(Routing))
