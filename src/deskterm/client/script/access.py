"""Which server and whose token a verb uses: the environment's, else those of a known account."""

from typing import NamedTuple

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import environment_token
from deskterm.client.accounts.guests import Guests, Wish
from deskterm.client.errors import ApiError


class Access(NamedTuple):
    """A server and a token for it."""

    server: str
    token: str


def access(wish: Wish) -> Access:
    """What was said, else what this machine knows. BadAddress; ApiError `unauthenticated` for nobody."""
    guests = Guests(wish)
    given, chosen = environment_token(), guests.chosen()
    server = guests.known().server
    if given is not None and server:
        return Access(normalise(server), given.token)
    if given is not None:
        raise _nobody("DESKTERM_TOKEN is set, but no server: name it with --server or DESKTERM_SERVER.")
    found = None if chosen is None else guests.credentials.kept(chosen.account)
    if chosen is None or found is None:
        raise _nobody("Nobody is signed in here. Run `deskterm login` first, or set DESKTERM_TOKEN.")
    return Access(chosen.account.server, found.token)


def _nobody(sentence: str) -> ApiError:
    return ApiError("unauthenticated", 401, sentence)
