"""Refusals that need something to go wrong: a trickling body, a broken handler, a server shutting down."""

import asyncio
import io
import json
import logging
from contextlib import suppress
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server import errors, run
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from deskterm.server.errors import DeskError
from deskterm.server.http.problems import problem, problem_response
from deskterm.server.logs import Forwarder, Log
from deskterm.server.services import Services
from tests.contract.shapes import CODES


@pytest.fixture
def config(config: Config) -> Config:
    """A server without patience."""
    return replace(config, body_seconds=0.05)


def _make(kind: type[DeskError]) -> DeskError:
    if kind is errors.IllegalTransition:
        return errors.IllegalTransition("closed", ["open"])
    return errors.Invalid([{"loc": ["body"], "msg": "is bad"}]) if kind is errors.Invalid else kind()


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_status_and_shape(code: str) -> None:
    (kind,) = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, DeskError) and vars(each).get("code") == code
        if each is not DeskError
    ]
    body = problem(_make(kind))
    response = problem_response(_make(kind), "id")
    assert (response.status, response.content_type) == (CODES[code], "application/problem+json")
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert body["code"] == code
    assert body["status"] == ("closed" if code == "illegal_transition" else CODES[code])
    assert ("Retry-After" in response.headers) == (CODES[code] in (429, 503))


async def test_a_trickling_body_is_given_up(server: TestServer) -> None:
    """T28: as are slow readers (tests/server/live/test_slow_readers.py); figures are in benchmarks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("begin", ["", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"])
async def test_trickling_headers_are_given_up(
    config: Config, monkeypatch: pytest.MonkeyPatch, begin: str
) -> None:
    """T28: however fast they come, in the first request of a connection and in a later one."""
    monkeypatch.setattr(run, "KEEPALIVE_S", 0.1)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        run.run_server(config, run.Listening("127.0.0.1", 0), stop, ready.set_result)
    )
    port = int((await ready).rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{begin}GET /healthz HTTP/1.1\r\n".encode())
    ended = asyncio.create_task(reader.read())
    with suppress(ConnectionError):
        while not ended.done():
            writer.write(b"X-More: x\r\n")
            await asyncio.sleep(0.01)
        assert (await ended).count(b" 200 OK\r\n") == bool(begin)
    writer.close()
    stop.set()
    await serving


async def test_what_breaks_is_logged_and_not_told(
    services: Services,
    sarah: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret inside of the server")

    monkeypatch.setattr("deskterm.server.views.people.me", broken)
    async with sarah.get("me") as answer:
        assert answer.status == 500
        text = await answer.text()
        request_id = answer.headers["X-Request-Id"]
    assert json.loads(text)["code"] == "internal"
    assert "secret" not in text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (line,) = [each for each in lines if each["event"] == "request failed"]
    assert (line["request"], line["failure"], line["route"]) == (request_id, "RuntimeError", "/me")
    assert "secret" not in json.dumps(line)


async def test_commands_are_refused_while_shutting_down_and_reads_go_on(
    services: Services, http: ClientSession, sarah: ClientSession
) -> None:
    services.stage.draining = True
    async with http.get("/readyz") as answer:
        assert answer.status == 503
    async with sarah.patch("me", json={"name": "Sally"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (503, "draining")
    async with sarah.get("me") as answer:
        assert answer.status == 200


def test_nothing_forges_a_line_of_the_log(clock: ManualClock) -> None:
    """T45: control characters and everything beyond ASCII are escaped."""
    stream = io.StringIO()
    log = Log(clock, stream)
    log.warning('bad\n{"level": "info"}', name="\x1b]0;x\x07\u202e\u2028", other=b"\x00")
    made = logging.LogRecord("library", logging.ERROR, "x", 1, "broke on %s", ("\x1b[2J\n",), None)
    Forwarder(log).handle(made)
    written = stream.getvalue()
    assert written.count("\n") == 2
    assert written.isascii()
    assert "\x1b" not in written
    assert [json.loads(line)["level"] for line in written.splitlines()] == ["warning", "error"]
