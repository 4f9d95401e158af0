"""The server's figures for Prometheus, at a door of their own: `/metrics` is no address of the desk.

They tell how busy a business is, and behind a proxy every stranger comes from this machine: so the port that
people reach does not know them, and beyond this machine a token is asked for.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import accumulate

from aiohttp import web
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from deskterm.server.config import Metrics
from deskterm.server.errors import DeskError
from deskterm.server.meters import BOUNDS, Meters, Spread
from deskterm.server.run import Listening, listen
from deskterm.server.services import Services
from deskterm.server.storage.figures import Figures, figures

_LABELS = ("kind", "method", "route", "status")


@asynccontextmanager
async def metrics_door(services: Services, said: Metrics) -> AsyncIterator[str]:
    """Answer at `said` while the context lasts; yields the address, which the log says too.

    Raises `CannotListen`.
    """
    app = web.Application()
    app.router.add_get("/metrics", _Exposition(services, said.token).handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        where = Listening(said.host, said.port)
        url = f"{where.url(await listen(runner, where))}/metrics"
        services.log.info("metrics", url=url)
        yield url
    finally:
        await runner.cleanup()


class _Exposition:
    def __init__(self, services: Services, token: str | None) -> None:
        self._services = services
        self._expected = None if token is None else f"Bearer {token}".encode()
        self._process = CollectorRegistry()
        for made in (ProcessCollector, PlatformCollector, GCCollector):
            made(registry=self._process)

    async def handle(self, request: web.Request) -> web.Response:
        """Everything, as text."""
        given = request.headers.get("Authorization", "").encode()
        if self._expected is not None and not hmac.compare_digest(given, self._expected):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        registry = CollectorRegistry()
        registry.register(_Now(self._services, await self._figures()))
        text = generate_latest(registry) + generate_latest(self._process)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _figures(self) -> Figures | None:
        try:
            return await self._services.db.read_in_thread(figures)
        except DeskError:
            return None  # that it cannot be read is a figure, too


class _Now(Collector):
    """One moment of the server; `stored` is None where the database does not answer."""

    def __init__(self, services: Services, stored: Figures | None) -> None:
        self._services = services
        self._stored = stored

    def collect(self) -> Iterable[Metric]:
        """What was counted, then what is the case now."""
        services = self._services
        yield from _counted(services.meters)
        yield _gauge("live_connections", "WebSockets that have said hello", services.hub.connections)
        yield _gauge("loop_tasks", "Tasks of the event loop", len(asyncio.all_tasks()))
        yield _gauge("commands_waiting", "Commands that wait to be stored", services.db.waiting)
        yield _gauge("database_up", "Whether the database answers", self._stored is not None)
        yield _gauge("database_read_only", "Whether nothing is written any more", services.db.damaged)
        yield _gauge("draining", "Whether the server is on its way out", services.stage.leaving)
        if self._stored is not None:
            yield from _kept(self._stored, services.hub.told)


def _counted(meters: Meters) -> Iterable[Metric]:
    requests = CounterMetricFamily(
        "deskterm_requests", "Answered requests; kind `send` are messages", labels=_LABELS
    )
    for (kind, method, route, status), count in meters.requests.items():
        requests.add_metric((kind, method, route, str(status)), count)
    yield requests
    durations = HistogramMetricFamily(
        "deskterm_request_duration_seconds",
        "From a request to its answer",
        labels=("kind",),
    )
    for kind, spread in meters.durations.items():
        durations.add_metric((kind,), _buckets(spread), spread.total)
    yield durations
    delivery = HistogramMetricFamily(
        "deskterm_delivery_duration_seconds", "From a command's time to the last socket that was told of it"
    )
    delivery.add_metric((), _buckets(meters.deliveries), meters.deliveries.total)
    yield delivery
    delays = HistogramMetricFamily(
        "deskterm_loop_delay_seconds", "How late the event loop came to what was due"
    )
    delays.add_metric((), _buckets(meters.delays), meters.delays.total)
    yield delays


def _kept(stored: Figures, told: Mapping[int, int]) -> Iterable[Metric]:
    label = ("organization",)
    heads = GaugeMetricFamily("deskterm_log_position", "Head of an organization's event log", labels=label)
    here = GaugeMetricFamily(
        "deskterm_log_told", "How far it was told to those connected to this server", labels=label
    )
    for organization_id, slug, seq in stored.heads:
        heads.add_metric((slug,), seq)
        if organization_id in told:
            here.add_metric((slug,), told[organization_id])
    yield from (heads, here)
    yield _gauge("webhooks_waiting", "Deliveries that wait for an endpoint", stored.webhooks)
    yield _gauge("mails_waiting", "E-mails that wait to be sent", stored.mails)
    yield _gauge("search_behind", "Log positions that the search has not taken up", stored.search_behind)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"deskterm_{name}", meaning, value=value)


def _buckets(spread: Spread) -> Sequence[tuple[str, float]]:
    names = (*map(str, BOUNDS), "+Inf")
    return list(zip(names, accumulate(spread.counts), strict=True))
