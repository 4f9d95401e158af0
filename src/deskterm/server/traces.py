"""OpenTelemetry traces, for who wants them: of each request, its commands, and the commits they share.

They have routes, states, ids and counts, never what anybody wrote. A trace begins here: what strangers say of
one in their headers is not believed. How many are kept, and headers for the collector, are said as everywhere
in OpenTelemetry: `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from aiohttp import web
from aiohttp.typedefs import Handler
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode

from deskterm import __version__

T = TypeVar("T")

#: Seconds for a collector to take what is sent; the end of the server waits for it once.
PATIENCE: Final = 2.0


class _Command:
    """A command that knows the span it belongs to."""

    def __init__(self, fn: Callable[[Any], Any], context: SpanContext) -> None:
        self._fn = fn
        self.context = context

    def __call__(self, tx: Any) -> Any:
        """Run it."""
        return self._fn(tx)


class Traces:
    """Spans of one server, sent to the collector at `address` (OTLP over HTTP)."""

    def __init__(self, address: str) -> None:
        about = {"service.name": "deskterm", "service.version": __version__}
        self._provider = TracerProvider(resource=Resource.create(about))
        exporter = OTLPSpanExporter(endpoint=address, timeout=PATIENCE)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("deskterm", __version__)

    async def close(self) -> None:
        """Send what is not sent yet."""
        await asyncio.to_thread(self._provider.shutdown)

    def of_route(self, method: str, path: str, handle: Handler) -> Handler:
        """The handler of a route, with a span around each request."""
        name = f"{method} {path}"
        about = {"http.request.method": method, "http.route": path}

        async def traced(request: web.Request) -> web.StreamResponse:
            with self._tracer.start_as_current_span(name, kind=SpanKind.SERVER, attributes=about) as span:
                response = await handle(request)
                span.set_attribute("http.response.status_code", response.status)
                span.set_attribute("deskterm.request", response.headers.get("X-Request-Id", ""))
                if response.status >= 500:
                    span.set_status(StatusCode.ERROR)
                return response

        return traced

    def command(self, fn: Callable[[Any], Any], answer: "asyncio.Future[Any]") -> Callable[[Any], Any]:
        """A command is queued: a span until its answer."""
        span = self._tracer.start_span("command", attributes={"code.function.name": _name_of(fn)})
        answer.add_done_callback(lambda done: _end(span, done))
        return _Command(fn, span.get_span_context())

    def commit(self, commands: Sequence[Callable[[Any], Any]], work: Callable[[], T]) -> T:
        """A batch is stored: a span of its own, which names those of its commands. In the writer's thread."""
        links = [Link(each.context) for each in commands if isinstance(each, _Command)]
        about = {"deskterm.commands": len(commands)}
        with self._tracer.start_as_current_span("commit", links=links, attributes=about):
            return work()


def _name_of(fn: Callable[[Any], Any]) -> str:
    inner = getattr(fn, "func", fn)  # of a partial
    return f"{inner.__module__}.{getattr(inner, '__qualname__', type(inner).__name__)}"


def _end(span: Span, done: "asyncio.Future[Any]") -> None:
    failure = None if done.cancelled() else done.exception()
    if failure is not None:
        span.set_status(Status(StatusCode.ERROR, type(failure).__name__))
    span.end()
