"""The server's routes for invitations and password resets."""

from dataclasses import dataclass, field
from datetime import datetime

from deskterm.client.accounts.address import API
from deskterm.client.answers import Page, SignedIn
from deskterm.client.http import parse
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.records import Role


@dataclass(slots=True, frozen=True)
class Invitation:
    """Somebody who was asked in; `token` only right after that."""

    id: str
    email: str
    role: Role
    expires_at: datetime
    max_concurrent: int | None = None
    token: str = field(default="", repr=False)


@dataclass(slots=True, frozen=True)
class PasswordReset:
    """What an admin hands over so that a member sets a new password."""

    member_id: str
    expires_at: datetime
    token: str = field(repr=False)


class WayInCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def invite(
        self, email: str, role: str, *, max_concurrent: int | None = None, minutes: int | None = None
    ) -> Invitation:
        """Ask somebody in (admins); 409 `conflict` for who is here."""
        body = {"email": email, "role": role, "max_concurrent": max_concurrent, "valid_minutes": minutes}
        given = {name: value for name, value in body.items() if value is not None}
        return self._fit(one(Invitation), await self._do("POST", "/invitations", given))

    async def invitations(self) -> Page[Invitation]:
        """Who was asked in and has not answered (admins)."""
        return await self._get("/invitations", page_of(Invitation))

    async def revoke_invitation(self, invitation_id: str) -> None:
        """Take an invitation back."""
        await self._do("DELETE", f"/invitations/{invitation_id}")

    async def make_reset(self, member_id: str) -> PasswordReset:
        """Let a member set a new password (admins); 409 `conflict` where that is not theirs to allow."""
        path = f"/members/{member_id}/password-reset"
        return self._fit(one(PasswordReset), await self._do("POST", path, {}))

    async def want_mail(self, *, on: bool) -> None:
        """Whether one wants e-mail about unread replies (customers)."""
        await self._do("PATCH", "/me", {"mail": on})

    async def mail_password_reset(self, email: str) -> None:
        """Have a token mailed to whoever has this address; never says whether somebody has."""
        await self._do("POST", "/password-resets", {"email": email})

    async def accept_invitation(self, token: str, name: str, password: str) -> SignedIn:
        """Join; the new session is used from now on. 410 `gone` for a token that opens nothing."""
        body = {"token": token, "password": password} | ({"name": name} if name else {})
        return await self._come_in("/invitations/accept", body)

    async def accept_reset(self, token: str, password: str) -> SignedIn:
        """Set a new password; the new session is used from now on."""
        return await self._come_in("/password-resets/accept", {"token": token, "password": password})

    async def go_back(self, token: str) -> SignedIn:
        """Sign in by the token of an e-mail about replies, once; the new session is used from now on."""
        return await self._come_in("/ways-back", {"token": token})

    async def _come_in(self, path: str, body: dict[str, str]) -> SignedIn:
        signed = self._fit(parse.signed_in, await self._rest.request("POST", API + path, body=body))
        self._rest.token = signed.token
        return signed
