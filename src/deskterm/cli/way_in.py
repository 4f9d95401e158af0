"""For verbs that ask a server something: its routes with the token of whoever is signed in here."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import environment_token
from deskterm.client.accounts.guests import Guests, Wish
from deskterm.client.errors import ApiError

if TYPE_CHECKING:
    from deskterm.client.http.api import Api


@asynccontextmanager
async def signed_in(arguments: argparse.Namespace) -> AsyncIterator["Api"]:
    """The routes, for as long as they are needed; `DESKTERM_TOKEN` goes before a kept sign-in.

    Raises ApiError `unauthenticated` if nobody is signed in, and BadAddress.
    """
    from deskterm.client.http.api import Api  # httpx and pydantic, only where a server is asked

    guests = Guests(Wish(arguments.server, arguments.organization, arguments.email))
    api = Api(*_place_and_token(guests))
    try:
        yield api
    finally:
        await api.close()


def _place_and_token(guests: Guests) -> tuple[str, str]:
    given, chosen = environment_token(), guests.chosen()
    server = guests.known().server
    if given is not None and server:
        return normalise(server), given.token
    kept = None if chosen is None else guests.credentials.kept(chosen.account)
    if chosen is None or kept is None:
        raise ApiError("unauthenticated", 401, "Nobody is signed in here. Run `deskterm login` first.")
    return chosen.account.server, kept.token
