"""Ends: of a server, which finishes and stores what is running, and of who asks it something."""

import asyncio
import logging
import threading
from dataclasses import replace

import pytest
from aiohttp import ClientSession, web

from deskterm.server import run
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.meters import Meters
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


async def test_who_goes_in_the_middle_of_a_body_is_no_failure_of_the_server(
    config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses: asyncio.Queue[int] = asyncio.Queue()

    def counted(meters: Meters, kind: str, method: str, route: str, status: int, seconds: float) -> None:
        statuses.put_nowait(status)

    monkeypatch.setattr(Meters, "request", counted)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # it adds its own
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    server = asyncio.create_task(run.run_server(config, run.Listening("127.0.0.1", 0), stop, url.set_result))
    reader, writer = await asyncio.open_connection("127.0.0.1", int((await url).rpartition(":")[2]))
    head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 100\r\nExpect: 100-continue\r\n\r\n{{".encode())
    assert b"100 Continue" in await reader.readline()  # it is being handled
    writer.close()
    assert await statuses.get() == 400
    assert "request failed" not in capsys.readouterr().err
    stop.set()
    await server


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_until_nobody_listens_commands_are_taken(
    config: Config, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A balancer that has not asked yet sends them here: it is told to send no more, and loses none."""
    monkeypatch.setattr(run, "NOTICE_S", 3600)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # it adds its own
    app = make_app(config, clock=clock)
    runner = web.AppRunner(app)
    await runner.setup()
    await settle(app[SERVICES])
    await runner.cleanup()
    stop, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    server = asyncio.create_task(run.run_server(config, run.Listening("127.0.0.1", 0), stop, url.set_result))
    async with ClientSession(base_url=await url) as http:
        bearer = {"Authorization": f"Bearer {(await sign_in(http, SARAH))['token']}"}
        stop.set()
        while (await http.get("/readyz")).status != 503:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert await _rename(http, bearer) == 200
    server.cancel()
    with pytest.raises(asyncio.CancelledError):
        await server


async def _rename(http: ClientSession, bearer: dict[str, str]) -> int:
    async with http.patch("/api/v1/me", json={"name": "Sally"}, headers=bearer) as answer:
        return answer.status
