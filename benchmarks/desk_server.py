"""deskterm's server as a benchmark runs it: as `deskterm serve` does, without limits per address.

With `--limits` everybody has the usual ones, behind a proxy on this machine; `--database` names a PostgreSQL.
"""

import argparse
import asyncio
import gc
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import uvloop
from aiohttp import web

from deskterm.server.app import make_app
from deskterm.server.config import Config, Rates
from deskterm.server.live.settings import LiveSettings

NO_LIMITS = Rates(
    messages_per_customer=None,
    messages_per_visitor=None,
    requests_per_address=None,
    failed_sign_ins_per_address=None,
)
ALL_FROM_HERE = LiveSettings(per_address=None)


async def _serve(data: Path, *, limits: bool, database: str | None) -> None:
    config = Config(data=data, postgres=database, rates=Rates() if limits else NO_LIMITS, live=ALL_FROM_HERE)
    if limits:
        config = replace(config, trusted_proxies=("127.0.0.1",))
    runner = web.AppRunner(make_app(config), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--database")
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve(**vars(parser.parse_args())))
