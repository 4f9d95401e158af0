"""Shutting down: what is running finishes and is stored, what comes later is refused."""

import asyncio
import threading
from dataclasses import replace

from aiohttp import ClientSession, web

from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.storage import accounts
from deskterm.server.storage.database import Tx
from tests.server.people import SARAH, settle, sign_in


async def test_a_running_command_is_answered_and_stored(config: Config, clock: ManualClock) -> None:
    app = make_app(config, clock=clock)
    draining = asyncio.Event()

    async def told(app: web.Application) -> None:
        draining.set()

    app.on_shutdown.append(told)
    runner = web.AppRunner(app, shutdown_timeout=10)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    services = app[SERVICES]
    await settle(services)
    host, port = runner.addresses[0][:2]
    begun, gate = threading.Event(), threading.Event()

    def hold(tx: Tx) -> bool:
        begun.set()
        return gate.wait(30)

    async with ClientSession(base_url=f"http://{host}:{port}/") as http:
        bearer = {"Authorization": f"Bearer {(await sign_in(http, SARAH))['token']}"}
        held = asyncio.ensure_future(services.db.write(hold))
        await asyncio.to_thread(begun.wait)
        running = asyncio.create_task(_rename(http, bearer))
        while not services.db.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0)
        ending = asyncio.create_task(runner.cleanup())
        await draining.wait()
        gate.set()
        assert await held
        assert await running == 200
        await ending
    app = make_app(replace(config), clock=clock)
    runner = web.AppRunner(app)
    await runner.setup()
    sarah = app[SERVICES].db.read(lambda reader: accounts.by_email(reader, SARAH))
    await runner.cleanup()
    assert sarah
    assert sarah.name == "Sally"


async def _rename(http: ClientSession, bearer: dict[str, str]) -> int:
    async with http.patch("/api/v1/me", json={"name": "Sally"}, headers=bearer) as answer:
        return answer.status
