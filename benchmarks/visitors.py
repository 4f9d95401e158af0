"""Website visitors: thousands who are there and write, what one of them costs, and one who floods."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.crowd import Talk, make_crowds
from benchmarks.processes import LOAD_CORE, Server, pinned, running
from benchmarks.results import Result
from benchmarks.steady import Listener, Sender, listen, p95, work

AGENTS, VISITORS = 25, 2_000
PACE = 50.0  # messages a second of all visitors together
AGENTS_PACE = 25.0
SECONDS = 20.0
WARM = 50  # sockets that are there before memory is counted
MEMORY_LIMIT_KIB = 30.0
PAIRS, PAIR_SECONDS = 5, 4.0
FLOOD_IN_FLIGHT = 32
FLOODED = 200  # visitors who are there while one of them floods
_FLOOD = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
wrk.headers["X-Forwarded-For"] = "203.0.113.9"
local sent = 0
request = function()
  sent = sent + 1
  local id = string.format("01990000-%%04x-7000-8000-%%012x", %d, sent)
  return wrk.format(nil, nil, nil, '{"id":"' .. id .. '","body":"BUY NOW"}')
end
"""


def visitors() -> list[Result]:
    """25 agents at work, 2,000 visitors on the website who write 50 messages a second."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=AGENTS, admins=0, customers=VISITORS, visitors=True)
        with running("benchmarks.desk_server", str(data)) as server:
            calm, busy, used, wrong = asyncio.run(_visitors(server, crowd.talks))
    return [
        Result("2,000 visitors: agents' answer p95", busy, calm, "ms", 2, at_least=False),
        Result("2,000 visitors: memory of each", used, MEMORY_LIMIT_KIB, "KiB", 1, at_least=False),
        Result("2,000 visitors: frames once", PACE * SECONDS - wrong, PACE * SECONDS, "", 1, at_least=True),
    ]


async def _visitors(server: Server, talks: Sequence[Talk]) -> tuple[float, float, float, int]:
    """p95 of the agents before anybody came and meanwhile; KiB of each; how many frames were wrong."""
    sender = Sender(server.port)
    own = [Talk(each.path, each.agent, each.agent) for each in talks[:AGENTS]]
    agents = await listen(server.port, [each.agent for each in own])
    calm = await work(sender, own, AGENTS_PACE, SECONDS)
    there = await listen(server.port, [each.customer for each in talks[:WARM]])
    before = server.resident_kib()
    there |= await listen(server.port, [each.customer for each in talks[WARM:]])
    used = (server.resident_kib() - before) / (VISITORS - WARM)
    theirs = [Talk(each.path, each.customer, each.customer) for each in talks]
    busy, written = await asyncio.gather(
        work(sender, own, AGENTS_PACE, SECONDS, first=1_000_000),
        work(sender, theirs, PACE, SECONDS, first=2_000_000),
    )
    agent_of = {talk.path: agents[talk.agent] for talk in talks}
    wrong = sum(_arrivals(agent_of[talk.path], number) != 1 for number, talk in written.items())
    return p95(sender, calm), p95(sender, busy), used, wrong


def _arrivals(listener: Listener, number: int) -> int:
    return sum(arrived == number for arrived, _ in listener.arrived)


def visitor_flood() -> list[Result]:
    """One visitor sends as fast as is answered, 32 in flight; what 199 others and the agents wait."""
    if shutil.which("wrk") is None:
        raise SystemExit("The flood is made by wrk, which is not here: apt install wrk")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "desk"
        [crowd] = make_crowds(data, 1, agents=AGENTS, admins=0, customers=FLOODED, visitors=True)
        with running("benchmarks.desk_server", str(data), "--limits") as server:
            pairs, flooded = asyncio.run(_flooded(server, crowd.talks))
    print(f"# refused of the flood: {flooded:,.0f} a second")
    calm, meanwhile = sorted(pairs, key=lambda pair: pair[1] / pair[0])[PAIRS // 2]
    return [Result("one visitor floods: others' p95", meanwhile, calm, "ms", 1.5, at_least=False)]


async def _flooded(server: Server, talks: Sequence[Talk]) -> tuple[list[tuple[float, float]], float]:
    """p95 of the others in peace and in the flood, five times; how much of it was refused a second."""
    flooder, *others = talks
    await listen(server.port, list(dict.fromkeys(t for each in talks for t in (each.customer, each.agent))))
    sender, pairs, refused = Sender(server.port), [], 0.0
    await work(sender, others, PACE, PAIR_SECONDS)
    for pair in range(PAIRS):
        calm = await work(sender, others, PACE, PAIR_SECONDS, first=pair * 2_000_000 + 1_000_000)
        flood = asyncio.create_task(_flood(server.port, flooder, pair))
        await asyncio.sleep(1)
        meanwhile = await work(sender, others, PACE, PAIR_SECONDS, first=pair * 2_000_000 + 2_000_000)
        refused += await flood
        pairs.append((p95(sender, calm), p95(sender, meanwhile)))
    return pairs, refused / PAIRS


async def _flood(port: int, talk: Talk, run: int) -> float:
    """`wrk` as the visitor, a little longer than the others work; how much was refused a second."""
    seconds = round(PAIR_SECONDS) + 2
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_FLOOD % (talk.customer, run))
        script.flush()
        command = ["wrk", "-t1", f"-c{FLOOD_IN_FLIGHT}", f"-d{seconds}s", "-s", script.name]
        command = pinned(LOAD_CORE, [*command, f"http://127.0.0.1:{port}{talk.path}"])
        flood = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await flood.communicate()
    found = re.search(rb"Non-2xx or 3xx responses: (\d+)", said)
    if found is None:
        raise RuntimeError(f"the flood was not refused: {said!r}")
    return int(found[1]) / seconds
