"""The server's routes for API keys and blocks (admins)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.records import Named


@dataclass(slots=True, frozen=True)
class ApiKey:
    """A key; `key` is itself right after its making, and always of a publishable one."""

    id: str
    kind: KeyKind
    name: str
    scopes: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    created_by: Named
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(slots=True, frozen=True)
class Block:
    """Somebody who is drowned: a contact, or everybody of a network."""

    id: str
    created_by: Named
    created_at: datetime
    contact: Named | None = None
    network: str | None = None
    reason: str | None = None


class WebsiteCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def api_keys(self) -> Page[ApiKey]:
        """The organization's keys that were not revoked, newest first; there are at most 100."""
        return await self._get("/api-keys", page_of(ApiKey), {"limit": "200"})

    async def make_api_key(
        self,
        kind: KeyKind,
        name: str,
        *,
        scopes: Sequence[str] = (),
        origins: Sequence[str] = (),
        expires_at: datetime | None = None,
    ) -> ApiKey:
        """A new key, with itself."""
        fields: dict[str, Any] = {"kind": kind, "name": name, "scopes": list(scopes)}
        fields["allowed_origins"] = list(origins)
        if expires_at is not None:
            fields["expires_at"] = expires_at.isoformat()
        return self._fit(one(ApiKey), await self._do("POST", "/api-keys", fields))

    async def revoke_api_key(self, key_id: str) -> None:
        """End a key with all that uses it."""
        await self._do("DELETE", f"/api-keys/{key_id}")

    async def blocks(self, cursor: str | None = None) -> Page[Block]:
        """Who is blocked, newest first."""
        query = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        return await self._get("/blocks", page_of(Block), query)

    async def block(
        self, *, contact_id: str | None = None, network: str | None = None, reason: str | None = None
    ) -> Block:
        """Drown a visitor, or everybody of an address or network."""
        fields = {"contact_id": contact_id, "network": network, "reason": reason}
        given = {name: value for name, value in fields.items() if value}
        return self._fit(one(Block), await self._do("POST", "/blocks", given))

    async def unblock(self, block_id: str) -> None:
        """Let somebody be heard again."""
        await self._do("DELETE", f"/blocks/{block_id}")
