"""What one may ask and change about one's own account: devices, password, organizations, what is unread.

Imports httpx and pydantic, so nothing before the first frame imports this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from deskterm.client.accounts.address import API
from deskterm.client.answers import Session, SignedIn
from deskterm.client.errors import UnexpectedAnswer
from deskterm.client.http import parse
from deskterm.client.http.rest import Rest
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Me, Role

T = TypeVar("T")


@dataclass(slots=True, frozen=True)
class Place:
    """An organization that one is in; `current` is the one of this session."""

    slug: str
    name: str
    role: Role
    current: bool


class OwnAccount:
    """One session on one server. Every method raises the errors of `client.errors`."""

    def __init__(self, server: str, token: str) -> None:
        """`server` is a normalised address."""
        self.server = server
        self._rest = Rest(server, token)
        self._ids = IdSource()

    async def close(self) -> None:
        """Give the connection back."""
        await self._rest.close()

    async def me(self) -> Me:
        """Whose session this is."""
        return self._fit(parse.me, await self._rest.request("GET", f"{API}/me"))

    async def unread(self) -> int:
        """How many of the newest conversations have something unread."""
        answer = await self._rest.request("GET", f"{API}/me/unread")
        count = answer.get("conversations") if isinstance(answer, dict) else None
        if not isinstance(count, int):
            raise UnexpectedAnswer(self.server, "unread without a number")
        return count

    async def organizations(self) -> tuple[Place, ...]:
        """Where one may go without a password, this place included."""
        return self._fit(
            parse.page_of(Place), await self._rest.request("GET", f"{API}/me/organizations")
        ).items

    async def switch(self, organization: str) -> SignedIn:
        """A session in another of one's organizations; this one stays good."""
        body = {"organization": organization}
        raw = await self._rest.request("POST", f"{API}/auth/switch", body=body, key=self._ids.new())
        return self._fit(parse.signed_in, raw)

    async def change_password(self, current: str, new: str) -> None:
        """Set a new password; every other session of the person ends."""
        body = {"current": current, "new": new}
        await self._rest.request("POST", f"{API}/auth/password", body=body, key=self._ids.new())

    async def devices(self) -> tuple[Session, ...]:
        """Where one is signed in to this organization, as far as one page tells."""
        return self._fit(parse.page_of(Session), await self._rest.request("GET", f"{API}/sessions")).items

    async def end_device(self, session_id: str) -> None:
        """Sign one of them out."""
        await self._rest.request("DELETE", f"{API}/sessions/{session_id}", key=self._ids.new())

    def _fit(self, into: Callable[[Any], T], raw: object) -> T:
        try:
            return into(raw)
        except parse.Unfit as error:
            raise UnexpectedAnswer(self.server, str(error)) from error
