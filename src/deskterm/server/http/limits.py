"""How much each may ask: token buckets per customer, visitor and network address, on the injected clock."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from ipaddress import IPv4Network, IPv6Network, ip_network

from aiohttp import web

from deskterm.protocol.records import Role
from deskterm.server.clock import Clock
from deskterm.server.config import Config
from deskterm.server.errors import RateLimited
from deskterm.server.neighbours import house, parsed
from deskterm.server.principal import Principal

#: More buckets than this are never kept: the least recently used one is given up.
BUCKETS_KEPT = 50_000
#: An address that was refused so often in a minute is answered late from then on, so that a flood is slow;
#: but no more than so many wait at a time.
REFUSED_AT_ONCE, MOST_HELD = 20, 1_000
_MEGABYTE = 1_000_000


class Buckets:
    """Buckets of `full` tokens that fill evenly in `seconds`; unknown keys have full ones. None: no limit."""

    def __init__(self, clock: Clock, full: int | None, seconds: float = 60) -> None:
        self._clock = clock
        self._full = full
        self._seconds = seconds
        self._kept: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()  # key -> (tokens, at)

    def wait(self, key: Hashable) -> float:
        """Seconds until a token is there; 0 = now."""
        if self._full is None:
            return 0.0
        tokens = self._tokens(key, self._full)
        return 0.0 if tokens >= 1 else (1 - tokens) * self._seconds / self._full

    def spend(self, key: Hashable, tokens: int = 1) -> None:
        """Take tokens, if need be from what has not come yet."""
        if self._full is None:
            return
        left = max(self._tokens(key, self._full) - tokens, -float(tokens))
        self._kept[key] = (left, self._clock.monotonic())
        self._kept.move_to_end(key)
        if len(self._kept) > BUCKETS_KEPT:
            self._kept.popitem(last=False)

    def take(self, key: Hashable, tokens: int = 1) -> None:
        """Take tokens, the last of them on credit, or raise `RateLimited`."""
        wait = self.wait(key)
        if wait > 0:
            raise RateLimited(retry_after=wait)
        self.spend(key, tokens)

    def _tokens(self, key: Hashable, full: int) -> float:
        kept = self._kept.get(key)
        if kept is None:
            return float(full)
        tokens, at = kept
        return min(float(full), tokens + (self._clock.monotonic() - at) * full / self._seconds)


class Limits:
    """The limits of one server."""

    def __init__(self, clock: Clock, config: Config) -> None:
        rates = config.rates
        self._requests = Buckets(clock, rates.requests_per_address)
        self._customers = Buckets(clock, rates.messages_per_customer)
        self._visitors = Buckets(clock, rates.messages_per_visitor)
        self._keys = Buckets(clock, rates.requests_per_key)
        self._organizations = Buckets(clock, rates.requests_of_visitors_per_organization)
        self._newcomers = Buckets(clock, rates.new_visitors_per_address_and_hour, 3600)
        self._conversations = Buckets(clock, rates.visitor_conversations_per_address_and_hour, 3600)
        self._megabytes = Buckets(clock, rates.visitor_megabytes_per_address_and_hour, 3600)
        self.failed_sign_ins = Buckets(clock, rates.failed_sign_ins_per_address)
        self._refusals = Buckets(clock, REFUSED_AT_ONCE)
        self._held, self._seconds_held = 0, config.refusal_seconds
        self._trusted = [ip_network(each, strict=False) for each in config.trusted_proxies]

    def request(self, request: web.Request, principal: Principal | None) -> None:
        """Count a request of somebody who is not an agent, by all that it hangs on."""
        if principal is None or not principal.is_agent:
            self._requests.take(self.house(request))
        if principal is not None and principal.key_id is not None:
            self.by_key(principal.organization_id, principal.key_id, visitor=not principal.is_agent)

    def by_key(self, organization_id: int, key_id: bytes, *, visitor: bool) -> None:
        """Count a request by an API key: a program's, or one of a website's visitor."""
        self._keys.take(key_id)
        if visitor:
            self._organizations.take(organization_id)

    def message(self, principal: Principal) -> None:
        """Count a message of somebody who is not an agent."""
        if not principal.is_agent:
            who = self._customers if principal.role is Role.CUSTOMER else self._visitors
            who.take(principal.contact_id)

    def newcomer(self, request: web.Request) -> None:
        """Count a visitor whom nobody has seen before."""
        self._newcomers.take(self.house(request))

    def conversation(self, request: web.Request, principal: Principal) -> None:
        """Count a conversation that a visitor opens."""
        if principal.role is None:
            self._conversations.take(self.house(request))

    def upload(self, request: web.Request, principal: Principal, size: int) -> None:
        """Count the bytes of a visitor's file."""
        if principal.role is None:
            self._megabytes.take(self.house(request), 1 + size // _MEGABYTE)

    async def hold(self, request: web.Request) -> None:
        """Let a refusal wait that went to an address which does not heed them."""
        house_ = self.house(request)
        heeds = self._refusals.wait(house_) == 0
        self._refusals.spend(house_)
        if heeds or self._held >= MOST_HELD:
            return
        self._held += 1
        try:
            await asyncio.sleep(self._seconds_held)
        finally:
            self._held -= 1

    def house(self, request: web.Request) -> str:
        """Whom a request counts for."""
        return house(self.address(request))

    def address(self, request: web.Request) -> str:
        """Where a request comes from: the last address that no trusted proxy has written."""
        address = request.remote or ""
        if not self._trusted or not _within(address, self._trusted):
            return address
        said = ",".join(request.headers.getall("X-Forwarded-For", ()))  # some proxies add a line of their own
        for hop in reversed(said.split(",")):
            found = parsed(hop.strip())
            if found is None:
                break
            address = str(found)
            if not _within(address, self._trusted):
                break
        return address


def _within(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    found = parsed(address)
    return found is not None and any(found in each for each in networks)
