"""The server's routes for canned replies."""

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.canned_replies import CannedReply


class CannedReplyCalls(Exchange):
    """What an agent does with canned replies. Every method raises the errors of `client.errors`."""

    async def canned_replies(self, cursor: str | None = None, limit: int = 200) -> Page[CannedReply]:
        """A page of those one may use: shared ones and one's own."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return await self._get("/canned-replies", page_of(CannedReply), query)

    async def create_canned_reply(self, **fields: str) -> CannedReply:
        """Keep a text: `visibility`, `shortcut`, `title`, `body`."""
        return self._fit(one(CannedReply), await self._do("POST", "/canned-replies", fields))

    async def patch_canned_reply(self, reply_id: str, **fields: str) -> CannedReply:
        """Change `shortcut`, `title` or `body`."""
        return self._fit(one(CannedReply), await self._do("PATCH", f"/canned-replies/{reply_id}", fields))

    async def delete_canned_reply(self, reply_id: str) -> None:
        """Forget a text."""
        await self._do("DELETE", f"/canned-replies/{reply_id}")
