"""Traces arrive at a real collector: a request, its command, and the commit that stored it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from deskterm.server.config import Config
from deskterm.server.services import Services

CANARY = "xanthorrhoea"


class Collector:
    """What was sent to it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def take(self, request: web.Request) -> web.Response:
        """One batch."""
        self.bodies.append(await request.read())
        return web.Response()

    @property
    def spans(self) -> list[Span]:
        """All spans."""
        batches = [ExportTraceServiceRequest.FromString(each) for each in self.bodies]
        return [
            span
            for batch in batches
            for resource in batch.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    taking = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", taking.take)
    async with TestServer(app, host="127.0.0.1") as server:
        yield taking, str(server.make_url("/v1/traces"))


@pytest.fixture
def config(tmp_path: Path, config: Config, collector: tuple[Collector, str]) -> Config:
    return replace(config, traces=collector[1])


async def test_a_message_is_followed_from_its_request_to_its_commit(
    server: TestServer, services: Services, john: ClientSession, collector: tuple[Collector, str]
) -> None:
    async with john.get("portal/conversation") as answer:
        conversation_id = (await answer.json())["id"]
    body = {"id": services.ids.new(), "body": CANARY}
    async with john.post(f"conversations/{conversation_id}/messages", json=body) as answer:
        assert answer.status == 201
        request_id = answer.headers["X-Request-Id"]
    await server.close()
    spans = collector[0].spans
    request = next(each for each in spans if each.name.endswith("/messages"))
    about = {each.key: each.value for each in request.attributes}
    assert about["http.response.status_code"].int_value == 201
    assert about["deskterm.request"].string_value == request_id
    command = next(each for each in spans if each.parent_span_id == request.span_id)
    assert (command.name, command.trace_id) == ("command", request.trace_id)
    linked = [each for each in spans if command.span_id in {link.span_id for link in each.links}]
    assert [each.name for each in linked] == ["commit"]
    said = b"".join(collector[0].bodies)
    assert CANARY.encode() not in said
    assert conversation_id.encode() not in said
