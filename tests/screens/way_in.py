"""An entrance without a network: what the server says to a sign-in, as the test wants it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from deskterm.client.accounts.credentials import Credentials, Kept
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.client.errors import ClientError
from deskterm.protocol.demo import DemoPerson
from deskterm.screens.way_in import sign_in

HERE = "https://desk.example.com"
KEPT = "~/.config/deskterm/credentials.json, readable by you alone (0600)"


class QuietCredentials(Credentials):
    """Nothing is looked up; a token would go into a file."""

    def describe_keeping(self) -> str:
        """In words."""
        return KEPT


class ScriptedEntrance(Entrance):
    """Signs in as told: with `refusals` first, one each time, then with what `open_desk` opens."""

    def __init__(self, wish: Wish, open_desk: Callable[[], Awaitable[Any]]) -> None:
        super().__init__(wish, QuietCredentials())
        self._open_desk = open_desk
        self.refusals: list[ClientError] = []
        self.tried: list[tuple[str, ...]] = []

    async def sign_in(
        self, address: str, email: str, password: str, organization: str | None = None
    ) -> tuple[Any, Kept]:
        """As scripted."""
        self.tried.append((address, email, password, *([organization] if organization else [])))
        if self.refusals:
            raise self.refusals.pop(0)
        return await self._open_desk(), Kept("file", KEPT)

    async def open_as(self, person: DemoPerson) -> Any:
        """As scripted."""
        self.tried.append((person.email,))
        if self.refusals:
            raise self.refusals.pop(0)
        return await self._open_desk()


def probing(patch: pytest.MonkeyPatch, answer: "str | ClientError") -> list[str]:
    """What looking at a server answers from now on; the list fills with the addresses that were looked at."""
    asked: list[str] = []

    async def probe(address: str) -> str:
        asked.append(address)
        if isinstance(answer, ClientError):
            raise answer
        return answer

    patch.setattr(sign_in, "probe", probe)
    return asked
