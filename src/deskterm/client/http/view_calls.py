"""The server's routes for saved views."""

from collections.abc import Sequence

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.saved_views import SavedView, ViewCount


class SavedViewCalls(Exchange):
    """What an agent does with saved views. Every method raises the errors of `client.errors`."""

    async def saved_views(self, cursor: str | None = None, limit: int = 200) -> Page[SavedView]:
        """A page of those one has: shared ones and one's own."""
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return await self._get("/views", page_of(SavedView), query)

    async def count_saved_views(self, ids: Sequence[str]) -> tuple[ViewCount, ...]:
        """How many conversations are in these."""
        return (await self._get("/views/counts", page_of(ViewCount), {"ids": ",".join(ids)})).items

    async def create_saved_view(self, **fields: str) -> SavedView:
        """Keep a filter: `visibility`, `name`, `q`, `sort`."""
        return self._fit(one(SavedView), await self._do("POST", "/views", fields))

    async def patch_saved_view(self, view_id: str, **fields: str) -> SavedView:
        """Change `visibility`, `name`, `q` or `sort`."""
        return self._fit(one(SavedView), await self._do("PATCH", f"/views/{view_id}", fields))

    async def delete_saved_view(self, view_id: str) -> None:
        """Forget a view."""
        await self._do("DELETE", f"/views/{view_id}")
