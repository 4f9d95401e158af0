"""Clients that cost next to nothing, so that the server is measured: HTTP and WebSocket on bare sockets."""

import asyncio
import base64
import os
import re
import socket
import struct
from collections.abc import Sequence

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


class RawHttp(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return
        self._buffer = b""
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(f"the server closed a connection: {error}"))

    async def request(self, request: bytes) -> bytes:
        """The answer's body; RuntimeError unless it is a success."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        status, body = await self._answer
        if not 200 <= status < 300:
            raise RuntimeError(f"{status}: {body[:300]!r}")
        return body

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


class Gate:
    """Opens when that many sockets have what they wait for; fails when one of them is closed before."""

    def __init__(self, sockets: int) -> None:
        self._missing = sockets
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def arrived(self) -> None:
        self._missing -= 1
        if not self._missing and not self._opened.done():
            self._opened.set_result(None)

    def failed(self, error: Exception | None) -> None:
        if not self._opened.done():
            self._opened.set_exception(ConnectionError(f"the server closed a socket: {error}"))

    async def opened(self) -> None:
        await self._opened


class RawSocket(asyncio.Protocol):
    """A WebSocket that only counts how often `marker` arrives."""

    def __init__(self, marker: bytes) -> None:
        self._marker = marker
        self._rest = b""
        self.count = 0
        self._wanted = 0
        self._gate: Gate | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        self.count += data.count(self._marker)
        # A marker may be cut in two; what is kept is too short to hold a whole one.
        self._rest = data[-(len(self._marker) - 1) :]
        if self._gate is not None and self.count >= self._wanted:
            self._gate.arrived()
            self._gate = None

    def connection_lost(self, error: Exception | None) -> None:
        if self._gate is not None:
            self._gate.failed(error)

    def wait_at(self, gate: Gate, count: int) -> None:
        """Tell `gate` when the marker has arrived so often."""
        self._gate, self._wanted = gate, count

    async def until(self, count: int) -> None:
        """Wait until the marker has arrived so often."""
        await all_until([self], count)

    def restart(self, marker: bytes) -> None:
        """Count another marker from now on."""
        self._marker, self._rest, self.count = marker, b"", 0

    def send(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def take_over(self) -> socket.socket:
        """The socket itself, for somebody who reads it without this protocol from now on."""
        assert self._transport is not None
        self._transport.pause_reading()
        return socket.socket(fileno=os.dup(self._transport.get_extra_info("socket").fileno()))

    def close(self) -> None:
        assert self._transport is not None
        self._transport.abort()


async def all_until(sockets: Sequence[RawSocket], count: int) -> None:
    """Wait until the marker has arrived so often at each; one future for all costs least."""
    late = [socket for socket in sockets if socket.count < count]
    if late:
        gate = Gate(len(late))
        for socket in late:
            socket.wait_at(gate, count)
        await gate.opened()


async def connect_http(port: int) -> RawHttp:
    """A connection to the server on loopback."""
    _, protocol = await asyncio.get_running_loop().create_connection(RawHttp, "127.0.0.1", port)
    return protocol


async def connect_socket(
    port: int, path: str, token: str | None, marker: bytes, hello: str | None
) -> RawSocket:
    """An open WebSocket; with `hello` it waits until the server says that it is live."""
    socket = RawSocket(marker)
    await open_socket(socket, port, path, token, hello)
    socket.restart(marker)
    return socket


async def open_socket(socket: RawSocket, port: int, path: str, token: str | None, hello: str | None) -> None:
    """As `connect_socket`, for one that was made already."""
    socket.restart(b"\r\n\r\n")
    await asyncio.get_running_loop().create_connection(lambda: socket, "127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    socket.send("\r\n".join([*lines, "", ""]).encode())
    await socket.until(1)
    if hello is not None:
        socket.restart(b'"type":"live"')
        socket.send(text_frame(hello.encode()))
        await socket.until(1)


def text_frame(payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    assert len(payload) < 126
    return struct.pack("!BB4x", 0x81, 0x80 | len(payload)) + payload


def post(path: str, body: bytes, token: str | None = None) -> bytes:
    """The bytes of a request."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def get(path: str, token: str) -> bytes:
    """The bytes of a request."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
