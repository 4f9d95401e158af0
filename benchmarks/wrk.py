"""Load by `wrk`, which is light enough for one core to saturate the server; else by bare sockets."""

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.processes import LOAD_CORE, pinned
from benchmarks.raw import connect_http, post

IN_FLIGHT = 32
SECONDS = 4
_BODY = "Thank you, that helps. Could you look at the second invoice as well?"

_SCRIPT = """
local targets = {%(targets)s}
local sent = 0
local base = %(base)d
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
%(authorization)s
request = function()
  sent = sent + 1
  local id = string.format("%%08x-%%04x-7000-8000-%%012x", base, %(run)d, sent)
  return wrk.format(nil, targets[sent %% #targets + 1], nil, '{"id":"' .. id .. '","body":"%(body)s"}')
end
"""


class Load(NamedTuple):
    """What to send where: each target in turn, with a new message id each time."""

    port: int
    targets: list[str]
    token: str | None


def sends_per_second(load: Load, run: int) -> float:
    """Durable sends a second with 32 in flight; `run` makes the ids differ from those of other runs."""
    if shutil.which("wrk") is None:
        return asyncio.run(_by_sockets(load, run))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "send.lua"
        script.write_text(
            _SCRIPT
            % {
                "targets": ", ".join(f'"{each}"' for each in load.targets),
                "base": int(time.time()),
                "run": run,
                "body": _BODY,
                "authorization": f'wrk.headers["Authorization"] = "Bearer {load.token}"'
                if load.token
                else "",
            }
        )
        command = ["wrk", "-t1", f"-c{IN_FLIGHT}", f"-d{SECONDS}s", "-s", str(script)]
        found = subprocess.run(
            pinned(LOAD_CORE, [*command, f"http://127.0.0.1:{load.port}"]),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", found)
    if refused is not None:
        raise RuntimeError(f"{refused[1]} sends were refused")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", found)
    if rate is None:
        raise RuntimeError(found)
    return float(rate[1])


def send_body(run: int, sent: int) -> bytes:
    """A message with an id of its own."""
    return f'{{"id":"{int(time.time()):08x}-{run:04x}-7000-9000-{sent:012x}","body":"{_BODY}"}}'.encode()


async def _by_sockets(load: Load, run: int) -> float:
    sent = 0
    end = time.perf_counter() + SECONDS

    async def send() -> None:
        nonlocal sent
        http = await connect_http(load.port)
        while time.perf_counter() < end:
            sent += 1
            target = load.targets[sent % len(load.targets)]
            await http.request(post(target, send_body(run, sent), load.token))
        http.close()

    await asyncio.gather(*(send() for _ in range(IN_FLIGHT)))
    return sent / SECONDS
