"""What a handler receives."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from deskterm.server.desk.blocks import drown, is_drowned
from deskterm.server.http.answer import Answer
from deskterm.server.http.idempotency import Idempotency
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Access, Tx
from deskterm.server.views.viewer import Viewer

if TYPE_CHECKING:
    from deskterm.server.services import Services

__all__ = ["Answer", "Call"]


class Call:
    """One request on its way through a handler.

    `path` holds the ids of the path as 16 bytes; `body` and `query` are instances of the route's models.
    """

    __slots__ = ("_drowned", "_principal", "body", "idempotency", "path", "query", "request", "services")

    def __init__(
        self,
        request: web.Request,
        services: "Services",
        principal: Principal | None,
        path: dict[str, bytes],
        body: Any,
        query: Any,
        idempotency: Idempotency | None,
    ) -> None:
        self.request = request
        self.services = services
        self._principal = principal
        self._drowned: bool | None = None
        self.path = path
        self.body = body
        self.query = query
        self.idempotency = idempotency

    @property
    def principal(self) -> Principal:
        """Who calls; only routes that need a sign-in may ask."""
        if self._principal is None:
            raise TypeError("a public route has no principal")
        return self._principal

    @property
    def db(self) -> Access:
        """The database as the caller's organization has it. The whole of it is `services.db`."""
        return self.services.db.within(self.principal.organization_id)

    @property
    def viewer(self) -> Viewer:
        """The principal's eyes, for rendering."""
        return Viewer(self.principal, self.services.presence)

    @property
    def address(self) -> str:
        """The caller's network address, behind trusted proxies too."""
        return self.services.limits.address(self.request)

    @property
    def is_drowned(self) -> bool:
        """Whether nothing of this is to be kept, which the caller is not to know."""
        if self._drowned is None:
            who = self.principal
            self._drowned = who.role is None and self.db.read(
                lambda reader: is_drowned(reader, who, self.address)
            )
        return self._drowned

    def command(self, fn: Callable[[Tx], Answer]) -> Awaitable[Answer]:
        """Run `fn` as one transaction; under an `Idempotency-Key` at most once.

        `fn` calls one desk function and renders the answer inside the transaction. It may be run again by
        the engine, so it does nothing but read and write through its `tx`.
        """
        return drown(self.db, fn) if self.is_drowned else self.command_of_anybody(fn)

    def command_of_anybody(self, fn: Callable[[Tx], Answer]) -> Awaitable[Answer]:
        """The same, also kept of who is drowned: nobody hears of it."""
        if self.idempotency is None:
            return self.db.write(fn)
        return self.idempotency.run(self.db, fn)
