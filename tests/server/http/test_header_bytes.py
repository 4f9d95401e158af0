"""Headers are bytes of anybody: what is no text in them is refused or replaced, and never a fault of ours."""

import asyncio
import json

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from tests.server.people import SARAH, sign_in


async def asked(
    server: TestServer, request: str, headers: dict[str, bytes], body: object
) -> tuple[int, bytes]:
    """Status and body of an answer to a request whose headers are sent as they are."""
    content = json.dumps(body).encode()
    usual = {
        "Host": b"desk",
        "Content-Type": b"application/json",
        "Content-Length": str(len(content)).encode(),
        "Connection": b"close",
    }
    lines = [name.encode() + b": " + value for name, value in (usual | headers).items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"\r\n".join([f"{request} HTTP/1.1".encode(), *lines, b"", content]))
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, rest = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), rest


BYTES = [pytest.param(b"\xff\xfe", id="no UTF-8"), pytest.param(b"\xed\xa0\x80", id="half a character")]


@pytest.mark.parametrize("value", BYTES)
async def test_a_key_that_is_no_text_is_refused(server: TestServer, people: None, value: bytes) -> None:
    async with ClientSession(base_url=server.make_url("/")) as http:
        token = f"Bearer {(await sign_in(http, SARAH))['token']}".encode()
    headers = {"Authorization": token, "Idempotency-Key": value}
    status, body = await asked(server, "PATCH /api/v1/me", headers, {"name": "Sally"})
    assert status == 422
    assert b"Idempotency-Key" in body


@pytest.mark.parametrize("value", BYTES)
async def test_a_device_of_any_name_signs_in(server: TestServer, people: None, value: bytes) -> None:
    login = {"email": SARAH, "password": "staff123"}
    status, body = await asked(server, "POST /api/v1/auth/login", {"User-Agent": value}, login)
    assert status == 200, body
