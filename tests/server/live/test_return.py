"""A server that restarts under a thousand consoles, or was set back: who comes back when, and from where."""

import json
from collections import Counter
from random import Random

from aiohttp.test_utils import TestServer

from deskterm.client.live.state import LiveState, Reconnect
from deskterm.server.live.connection import Connection
from deskterm.server.services import Services
from tests.server.live.story.checks import same_as_fresh
from tests.server.live.story.history import turns
from tests.server.live.story.http import Http
from tests.server.live.story.people import found
from tests.server.live.story.reader import Reader
from tests.server.live.story.wire import Wire

CONSOLES = 1_000


async def test_a_thousand_consoles_are_sent_away_to_come_back_spread_out(
    server: TestServer, services: Services
) -> None:
    http = await Http.open(server.port or 0)
    people, _ = await found(services, http, "herd")
    principal = services.sessions.by_token(people[0].token or "")
    channel = services.hub.channel_of(principal.organization_id)
    wires = [Wire(Random(1)) for _ in range(CONSOLES)]
    for wire in wires:
        services.hub.attach(
            channel, Connection(services.hub, channel, wire, principal, people[0].token or "")
        )
    await services.hub.close()
    waits = []
    for wire in wires:
        said = [text for text in wire.inbox if json.loads(text)["type"] == "bye"]
        [action] = LiveState("http://test", "c").received(said[0])
        assert isinstance(action, Reconnect)
        waits.append(action.wait or 0.0)
    arrivals = Counter(int(wait) for wait in waits)
    assert set(arrivals) == set(range(10)), "over ten seconds"
    assert max(arrivals.values()) < 2 * CONSOLES / 10, "and at no time a herd"
    http.close()


async def test_cursors_of_a_life_that_was_taken_back_lead_to_a_snapshot(
    server: TestServer, services: Services
) -> None:
    """As after a restored backup: the epoch is another one, and what these consoles saw last never was."""
    http = await Http.open(server.port or 0)
    people, _ = await found(services, http, "restored")
    readers = [Reader(who, http, services, Random(1)) for who in people]
    for reader in readers:
        await reader.start()
        await turns()
        await reader.read()
        await reader.cut()
        reader.pretend_another_life()
        await reader.open()
        await turns()
        await reader.read()
        await turns()
        await reader.read()
        assert reader.snapshots == 2
        fresh, _ = await reader.fresh()
        await same_as_fresh(reader, fresh)
        await reader.cut()
    http.close()
