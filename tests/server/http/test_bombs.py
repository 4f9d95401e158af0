"""T29: small requests that want to become large ones cost next to nothing and are refused in a few words."""

import asyncio
import struct
import tracemalloc
import zlib

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from deskterm.protocol.wire.requests import Login
from deskterm.server.errors import Invalid, Malformed
from deskterm.server.http.incoming import MISTAKES_NAMED, parse_body

LIMIT = 256 * 1024
LOGIN = "/api/v1/auth/login"
KEYS = b"{" + b",".join(b'"%x":1' % number for number in range(25_000)) + b"}"
BOMBS = {
    "keys": (KEYS, 422),
    "the same key": (b"{" + b",".join([b'"a":1'] * 43_000) + b"}", 422),
    "integer": (b'{"email":' + b"9" * 250_000 + b"}", 400),
    "float": (b'{"email":1e' + b"9" * 250_000 + b"}", 422),
    "depth": (b"[" * 250_000, 400),
    "closed depth": (b"[" * 125_000 + b"]" * 125_000, 400),
    "list": (b'{"email":[' + b",".join([b"{}"] * 80_000) + b"]}", 422),
    "surrogates": (b'{"email":"' + b"\\ud800" * 40_000 + b'"}', 400),
    "raw surrogates": (b'{"email":"' + b"\xed\xa0\x80" * 80_000 + b'"}', 400),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_a_bomb_is_refused_in_a_few_words(http: ClientSession, people: None, name: str) -> None:
    body, status = BOMBS[name]
    assert len(body) <= LIMIT
    async with http.post(LOGIN, data=body, headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == status, await answer.text()
        assert len(await answer.read()) < 4096
    async with http.get("/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_little_memory(name: str) -> None:
    body, _ = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises((Invalid, Malformed)):
            parse_body(Login, body, 32)
        assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_as_many_mistakes_as_anybody_makes_are_named() -> None:
    with pytest.raises(ValidationError) as failed:
        Login.model_validate({str(number): 1 for number in range(MISTAKES_NAMED - 2)})
    body = b"{" + b",".join(b'"%d":1' % number for number in range(MISTAKES_NAMED - 2)) + b"}"
    with pytest.raises(Invalid) as refused:
        parse_body(Login, body, 32)
    assert len(refused.value.extra["errors"]) == failed.value.error_count() == MISTAKES_NAMED


async def test_a_compressed_frame_is_not_unpacked(server: TestServer, sarah: ClientSession) -> None:
    """Compression is never agreed on, so a frame that claims it is an error, and a bomb stays packed."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    head = [
        "GET /api/v1/live HTTP/1.1",
        "Host: x",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Extensions: permessage-deflate",
        f"Authorization: {sarah.headers['Authorization']}",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101 ")
    assert b"permessage-deflate" not in answer
    bomb = zlib.compressobj(wbits=-15)
    packed = bomb.compress(b" " * 50_000_000) + bomb.flush(zlib.Z_SYNC_FLUSH)
    assert len(packed) < 64 * 1024
    writer.write(struct.pack("!BBH4x", 0xC1, 0xFE, len(packed)) + packed)
    said = await reader.read()
    assert said[:1] == b"\x88"
    assert struct.unpack("!H", said[2:4])[0] in (1002, 1008, 1009)
    writer.close()
