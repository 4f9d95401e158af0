"""One exchange with a server: asking, commanding under a key that makes repeats harmless, reading answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from deskterm.client.accounts.address import API
from deskterm.client.errors import UnexpectedAnswer
from deskterm.client.http import parse
from deskterm.client.http.rest import Rest
from deskterm.protocol.ids import IdSource

T = TypeVar("T")
Into = Callable[[object], T]


class Exchange:
    """One server, one token. `server` is a normalised address."""

    def __init__(
        self,
        server: str,
        token: str | None = None,
        *,
        ids: IdSource | None = None,
        rest: Rest | None = None,
    ) -> None:
        self.server = server
        self._rest = rest or Rest(server, token)
        self._ids = ids or IdSource()

    @property
    def token(self) -> str:
        """The token in use; empty before signing in."""
        return self._rest.token or ""

    async def renew(self, stuck: float = 0.0) -> None:
        """Give up the connections with what is on its way there; `stuck` = only if it is for so long."""
        await self._rest.renew(stuck)

    async def close(self) -> None:
        """Give the connections back."""
        await self._rest.close()

    async def _get(self, path: str, into: Into[T], query: Mapping[str, str] | None = None) -> T:
        return self._fit(into, await self._rest.request("GET", API + path, query=query))

    async def _do(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str | None = None
    ) -> Any:
        return await self._rest.request(method, API + path, body=body, key=key or self._ids.new())

    def _fit(self, into: Into[T], raw: object) -> T:
        try:
            return into(raw)
        except parse.Unfit as error:
            raise UnexpectedAnswer(self.server, str(error)) from error
