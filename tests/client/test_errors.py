"""Each way of not reaching a deskterm server has its own sentence that says what to do."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deskterm.client.accounts.address import is_loopback, live_address, normalise
from deskterm.client.errors import (
    BadAddress,
    CertificateProblem,
    ClientError,
    NotDeskterm,
    Offline,
    ProtocolMismatch,
)
from deskterm.client.http.api import Api
from tests.client.canned import Canned, document, health, html, moved, problem


async def failure(server: str) -> ClientError:
    """What probing an address ends in."""
    api = Api(server)
    try:
        with pytest.raises(ClientError) as caught:
            await api.probe()
    finally:
        await api.close()
    return caught.value


async def test_a_deskterm_server_is_recognised(server: Canned) -> None:
    server.on("GET", "/healthz", health(mood="sunny"))
    api = Api(server.server)
    assert (await api.probe()).version == "0.1.0"
    await api.close()
    assert "Authorization" not in server.asked[0].headers


async def test_nothing_listens_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        error = await failure(address)
    assert isinstance(error, Offline)
    assert error.passing
    assert error.sentence == (
        f"The server {address} refuses the connection. "
        "Check the address, your network, and that it is running."
    )


async def test_a_desk_has_nothing_at_this_path(server: Canned) -> None:
    server.on("GET", "/healthz", problem("not_found", 404))
    error = await failure(server.server)
    assert isinstance(error, NotDeskterm)
    assert "nothing is at this path. Check the address, its port and the path before it." in error.sentence


async def test_a_web_site_answers(server: Canned) -> None:
    server.on("GET", "/healthz", html)
    error = await failure(server.server)
    assert isinstance(error, NotDeskterm)
    assert error.sentence == (
        f"{server.server} is not a deskterm server: it answered with text/html instead of JSON. "
        "Check the address, its port and the path before it."
    )


async def test_it_sends_us_elsewhere(server: Canned) -> None:
    server.on("GET", "/healthz", moved)
    error = await failure(server.server)
    assert isinstance(error, NotDeskterm)
    assert "https://desk.example.com/healthz" in error.sentence


@pytest.mark.parametrize("answer", [{"status": "ok"}, ["fine"], {"product": "other", "protocol": 1}])
async def test_another_json_server_answers(server: Canned, answer: object) -> None:
    server.on("GET", "/healthz", document(answer))
    error = await failure(server.server)
    assert isinstance(error, NotDeskterm)
    assert "something else answers there" in error.sentence


async def test_another_json_server_does_not_know_the_path(server: Canned) -> None:
    server.on("GET", "/healthz", document({"error": "not found"}, 404))
    error = await failure(server.server)
    assert isinstance(error, NotDeskterm)
    assert "404" in error.sentence


@pytest.mark.parametrize(
    ("protocol", "newer", "advice"),
    [(2, True, "Update deskterm here."), (0, False, "Ask whoever runs it to update.")],
)
async def test_another_protocol(server: Canned, protocol: int, newer: bool, advice: str) -> None:
    server.on("GET", "/healthz", health(protocol=protocol))
    error = await failure(server.server)
    assert isinstance(error, ProtocolMismatch)
    assert error.newer is newer
    assert error.sentence.endswith(advice)


async def test_a_server_that_is_busy_is_still_one(server: Canned) -> None:
    server.on("GET", "/healthz", problem("overloaded", 503))
    error = await failure(server.server)
    assert error.passing


@pytest.fixture
async def mute() -> AsyncIterator[str]:
    """A port that says something which is no HTTP."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SSH-2.0-OpenSSH_9.9\r\n\r\n")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"


async def test_something_that_speaks_no_http_answers(mute: str) -> None:
    error = await failure(mute)
    assert isinstance(error, NotDeskterm)
    assert "does not speak HTTP" in error.sentence


async def test_https_where_http_is_spoken(server: Canned) -> None:
    error = await failure(server.server.replace("http:", "https:"))
    assert isinstance(error, NotDeskterm)
    assert "TLS" in error.sentence


async def test_a_certificate_of_nobody_we_know() -> None:
    self_signed = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    self_signed.load_cert_chain(Path(__file__).with_name("self_signed.pem"))

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    listening = await asyncio.start_server(greet, "127.0.0.1", 0, ssl=self_signed)
    async with listening:
        error = await failure(f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    assert isinstance(error, CertificateProblem)
    assert "self-signed" in error.sentence
    assert not error.passing


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("desk.example.com", "https://desk.example.com"),
        (" https://desk.example.com/ ", "https://desk.example.com"),
        ("desk.example.com:8443/support/", "https://desk.example.com:8443/support"),
        ("http://desk.example.com/api/v1", "http://desk.example.com"),
        ("127.0.0.1:8765", "http://127.0.0.1:8765"),
        ("localhost:8765", "http://localhost:8765"),
        ("[::1]:8765", "http://[::1]:8765"),
        ("HTTPS://Desk.Example.com", "https://desk.example.com"),
    ],
)
def test_addresses_as_people_type_them(typed: str, address: str) -> None:
    assert normalise(typed) == address
    assert normalise(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "https://",
        "ftp://desk",
        "a b",
        "user:pw@desk.example.com",
        "desk:99999",
        "desk?x=1",
        "desk\x1b[2J",
    ],
)
def test_what_is_no_address_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(BadAddress):
        normalise(typed)


def test_the_live_address_follows() -> None:
    assert live_address("https://desk.example.com/support") == "wss://desk.example.com/support/api/v1/live"
    assert live_address("http://127.0.0.1:8765") == "ws://127.0.0.1:8765/api/v1/live"
    assert [is_loopback(each) for each in ("127.0.0.9", "::1", "localhost", "10.0.0.1", "desk")] == [
        True,
        True,
        True,
        False,
        False,
    ]
