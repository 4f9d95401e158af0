"""What agents wait for their own messages while a notification goes out to ten thousand contacts."""

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

from benchmarks.crowd import Crowd, Talk, make_crowds
from benchmarks.processes import Server, running
from benchmarks.raw import RawHttp, connect_http, get, post
from benchmarks.results import Result
from benchmarks.steady import Sender, listen, p95, work
from deskterm.protocol.ids import to_text
from deskterm.server.config import DATABASE_NAME

AGENTS = 50
CUSTOMERS = 10_000
ONLINE = 200  # customers who see it arrive
PACE = 25.0  # messages a second of all agents together
SECONDS = 20.0


def notifying() -> list[Result]:
    """50 agents at work, one notification to 10,000: their answers meanwhile against those before."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=AGENTS + 1, admins=1, customers=CUSTOMERS)
        contacts = _contacts(data)
        with running("benchmarks.desk_server", str(data)) as server:
            before, meanwhile, sent, took = asyncio.run(_notifying(server, crowd, contacts))
    print(f"# delivered to {sent:,.0f} in {took:.0f} s")
    return [
        Result("notifying 10,000: answer p95", meanwhile, before, "ms", 2, at_least=False),
        Result("notifying 10,000: of them reached", sent, CUSTOMERS, "", 1, at_least=True),
    ]


def _contacts(data: Path) -> list[str]:
    connection = apsw.Connection(str(data / DATABASE_NAME))
    found = [to_text(row[0]) for row in connection.execute("SELECT id FROM contact")]
    connection.close()
    return found


async def _notifying(
    server: Server, crowd: Crowd, contacts: Sequence[str]
) -> tuple[float, float, float, float]:
    admin, talks = crowd.agents[0], crowd.talks[:AGENTS]
    await listen(server.port, [*crowd.agents, *(each.customer for each in crowd.talks[:ONLINE])])
    sender, http = Sender(server.port), await connect_http(server.port)
    own = [Talk(each.path, each.agent, each.agent) for each in talks]
    calm = await work(sender, own, PACE, SECONDS)
    started = time.perf_counter()
    body = json.dumps({"contact_ids": contacts, "body": "Tonight we move to a new house."}).encode()
    await http.request(post("/api/v1/notifications", body, admin))
    busy = await work(sender, own, PACE, SECONDS, first=1_000_000)
    sent = await _progress(http, admin)
    while sent < CUSTOMERS and time.perf_counter() - started < 120:
        await asyncio.sleep(1)
        sent = await _progress(http, admin)
    took = time.perf_counter() - started
    return p95(sender, calm), p95(sender, busy), sent, took


async def _progress(http: RawHttp, token: str) -> float:
    answer: Any = json.loads(await http.request(get("/api/v1/notifications", token)))
    return float(answer["items"][0]["sent"])
