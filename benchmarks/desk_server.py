"""deskterm's server as a benchmark runs it: as `deskterm serve` does, without limits per address.

With `--limits` everybody has the usual ones, behind a proxy on this machine; `--metrics` gives out figures;
`--database` names a PostgreSQL.
"""

import argparse
import asyncio
import gc
import json
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

import uvloop
from aiohttp import web

from deskterm.server.app import SERVICES, make_app
from deskterm.server.config import Config, Metrics, Rates
from deskterm.server.live.settings import LiveSettings
from deskterm.server.pulse import beating
from deskterm.server.services import Services

NO_LIMITS = Rates(
    messages_per_customer=None,
    messages_per_visitor=None,
    requests_per_address=None,
    new_visitors_per_address_and_hour=None,
    visitor_megabytes_per_address_and_hour=None,
    failed_sign_ins_per_address=None,
)
ALL_FROM_HERE = LiveSettings(per_address=None)


async def _serve(data: Path, *, limits: bool, metrics: bool, database: str | None) -> None:
    config = Config(data=data, postgres=database, rates=Rates() if limits else NO_LIMITS, live=ALL_FROM_HERE)
    if limits:
        config = replace(config, trusted_proxies=("127.0.0.1",))
    app = make_app(config)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    services = app[SERVICES]
    try:
        async with _figures(services) if metrics else nullcontext() as figures, beating(services):
            print(json.dumps({"port": runner.addresses[0][1], "metrics": figures}), flush=True)
            await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _figures(services: Services) -> AbstractAsyncContextManager[str]:
    from deskterm.server.metrics import metrics_door  # what it takes is no part of a start

    return metrics_door(services, Metrics(host="127.0.0.1", port=0))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--metrics", action="store_true")
    parser.add_argument("--database")
    with suppress(KeyboardInterrupt):
        uvloop.run(_serve(**vars(parser.parse_args())))
