"""HTTP at the price of a few lines: hundreds of thousands of requests have to fit into a test run."""

import asyncio
import json
import re
from typing import Any

Json = dict[str, Any]
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class Http:
    """One connection to a server on loopback, one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Http":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self._writer.close()

    async def call(self, token: str, method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
        """Status and JSON of an answer, which may be a refusal but no failure; `path` is below `/api/v1/`."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n"
        if body is not None:
            head += "Content-Type: application/json\r\n"
        self._writer.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        status, length = int(answer[9:12]), _LENGTH.search(answer)
        text = await self._reader.readexactly(int(length[1])) if length and status != 204 else b""
        assert status < 500, (method, path, status, text)
        return status, json.loads(text) if text else None
