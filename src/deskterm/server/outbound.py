"""Requests to addresses that somebody else chose: never into the server's own network.

The address is looked at when the socket is made, which is after the name was resolved and is the very address
that is connected to: a name that resolves to something else the next time gains nothing.
"""

import socket
from collections.abc import Mapping
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from aiohttp import AddrInfoType, ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from deskterm.text.words import later

PORTS = frozenset({80, 443, 8443})
#: Seconds for a whole exchange, and bytes of the answer that are read.
PATIENCE = 10
ANSWER_BYTES = 64 * 1024
#: All that the internet gives out of IPv6: beyond it are translations back inside and private networks of
#: old, which no library calls so. One translation is within it.
_UNICAST, _TRANSLATED = ip_network("2000::/3"), ip_network("2002::/16")


class Outcome(NamedTuple):
    """What became of a request: the answer's status, or in words why there is none."""

    status: int | None
    problem: str | None


def is_public(address: str) -> bool:
    """Whether this is an address of the internet that nothing translates back inside."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found not in _UNICAST or found in _TRANSLATED:
            return False
    return found.is_global and not found.is_multicast


def check_url(url: str, *, inside: bool) -> str | None:
    """What is wrong with an endpoint's URL, as far as it can be told without asking anybody."""
    try:
        parsed = URL(url)
        host, port = parsed.host, parsed.port
    except ValueError:
        return later("is no URL")
    if parsed.scheme not in ("https", "http") or not host or parsed.user or parsed.password:
        return later("must be http or https, without a password")
    if not inside and port not in PORTS:
        return later("must use port 80, 443 or 8443")
    return None


class Outbound:
    """Posts to the outside. `inside` allows any address: for development and tests only."""

    def __init__(self, *, inside: bool) -> None:
        self._inside = inside

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post once, follow nothing. Never raises for what the other side does."""
        wrong = check_url(url, inside=self._inside)
        if wrong is not None:
            return Outcome(None, f"the URL {wrong}")
        refused: list[str] = []
        connector = TCPConnector(socket_factory=partial(self._socket, refused), force_close=True)
        timeout = ClientTimeout(total=PATIENCE)
        session = ClientSession(
            connector=connector,
            timeout=timeout,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,  # nobody looks at the body: what is wrong with it is no failure
        )
        try:
            async with (
                session as http,
                http.post(url, data=body, headers=dict(headers), allow_redirects=False) as answer,
            ):
                await answer.content.read(ANSWER_BYTES)
                good = 200 <= answer.status < 300
                return Outcome(answer.status, None if good else f"it answered {answer.status}")
        except TimeoutError:
            return Outcome(None, f"no answer within {PATIENCE} seconds")
        except (ClientError, OSError, ValueError):
            inside = "its address is inside a private network"
            return Outcome(None, inside if refused else "it cannot be reached")

    def _socket(self, refused: list[str], info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not self._inside and not is_public(str(address[0])):
            refused.append(str(address[0]))
            raise OSError("not for the outside")
        return socket.socket(family, kind, protocol)
