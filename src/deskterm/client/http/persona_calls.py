"""The server's routes for personas: everybody reads the ones they may write to, admins write."""

from typing import TypedDict, Unpack

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.records import Persona


class PersonaFields(TypedDict, total=False):
    """What a persona is; an absent field stays as it is, None empties it."""

    name: str
    title: str | None
    initials: str | None
    color: str | None
    open: bool
    support: bool
    operator_ids: list[str]


class PersonaCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def personas(self, *, cursor: str | None = None, limit: int = 200) -> Page[Persona]:
        """A page of the personas the reader may see."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return await self._get("/personas", page_of(Persona), query)

    async def create_persona(self, **fields: Unpack[PersonaFields]) -> Persona:
        """Make a persona; as that of support it takes the mark from the one that had it."""
        return self._fit(one(Persona), await self._do("POST", "/personas", fields))

    async def patch_persona(self, persona_id: str, **fields: Unpack[PersonaFields]) -> Persona:
        """Change a persona, or who speaks as it."""
        return self._fit(one(Persona), await self._do("PATCH", f"/personas/{persona_id}", fields))

    async def retire_persona(self, persona_id: str) -> None:
        """Offer it no more; what it said stays. 409 `conflict` for that of support."""
        await self._do("DELETE", f"/personas/{persona_id}")
