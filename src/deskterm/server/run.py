"""The server as a process of its own: listen, say where, wait, end in order."""

import asyncio
import gc
import logging
import os
import ssl
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass

from aiohttp import web

from deskterm.server.app import SERVICES, make_app
from deskterm.server.config import Config
from deskterm.server.control import operators_door
from deskterm.server.logs import Forwarder
from deskterm.server.pulse import beating
from deskterm.server.services import Services

KEEPALIVE_S = 60.0
#: Seconds from a signal to the end, whatever is not finished: a backup, a query, a file that still comes.
END_S = 12.0
#: What is running when the server ends may take this much of them to finish.
FINISH = 5 / 6
#: So long a balancer can be told, by /readyz, that this server goes, before nobody listens any more.
NOTICE_S = 1.0
#: Collections of young objects are rare enough not to show in the slowest answers.
GC_THRESHOLD = 50_000


class CannotListen(Exception):
    """The address is taken or not this machine's; the message says which and why."""


@dataclass(slots=True, frozen=True)
class Listening:
    """Where to listen; port 0 = a free one. `tls` = the certificate to speak TLS with."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def url(self, port: int) -> str:
        """The address to give to people, once the port is known."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{port}"


async def run_server(
    config: Config,
    listening: Listening,
    stop: asyncio.Event,
    ready: Callable[[str], None],
    *,
    within: float = END_S,
) -> None:
    """Serve until `stop` is set. `ready` is called with the URL as soon as requests are answered.

    Raises `CannotListen`, or what opening the database raises (`DatabaseInUse`, `MigrationRefused`).
    At the end new commands are refused, live connections are told to come back, what is running finishes
    and is stored, and the database is closed: all that hardly ever takes more than `within` seconds.
    """
    app = make_app(config)
    finish = within * FINISH
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=KEEPALIVE_S, shutdown_timeout=finish)
    await runner.setup()
    log = app[SERVICES].log
    logging.getLogger().addHandler(Forwarder(log))
    try:
        port = await listen(runner, listening)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GC_THRESHOLD, 20, 20)
        async with _metrics(app[SERVICES]), operators_door(app[SERVICES]), beating(app[SERVICES]):
            ready(listening.url(port))
            await stop.wait()
            log.info("stopping")
            await _give_notice(app[SERVICES])
    finally:
        await runner.cleanup()
    log.info("stopped")


async def _give_notice(services: Services) -> None:
    """Where others may take what comes, say so before nobody listens here; what comes meanwhile is taken."""
    services.stage.leaving = True
    if services.db.is_shared:
        await asyncio.sleep(NOTICE_S)


def _metrics(services: Services) -> AbstractAsyncContextManager[str | None]:
    """The door for figures, if the operator wants one."""
    if services.config.metrics is None:
        return nullcontext()
    from deskterm.server.metrics import metrics_door  # its library is for those who want figures

    return metrics_door(services, services.config.metrics)


async def listen(runner: web.AppRunner, listening: Listening) -> int:
    """Listen there; answers the port. Raises `CannotListen`."""
    site = web.TCPSite(runner, listening.host, listening.port, ssl_context=listening.tls)
    try:
        await site.start()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise CannotListen(f"cannot listen on {listening.host} port {listening.port}: {why}.") from error
    return int(runner.addresses[0][1])
