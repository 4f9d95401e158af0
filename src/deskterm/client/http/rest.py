"""One HTTP exchange with a server: headers, time limits, and every failure as one of our errors.

Imports httpx, so nothing before the first frame imports this. No retry is hidden from callers, but one: a GET
whose connection broke, or that the server asked to repeat within `PATIENCE` seconds, is sent once more.
"""

import asyncio
import json
import os
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

import deskterm
from deskterm.client.accounts.address import is_loopback
from deskterm.client.errors import ApiError, CertificateProblem, NotDeskterm, Offline, UnexpectedAnswer
from deskterm.text.words import filled, known, later, tr

#: Seconds: to connect, between two pieces of an answer, to send a piece of a body, for a free connection.
TIMEOUT = httpx.Timeout(15, connect=5, pool=5)
#: The longest `Retry-After` in seconds that a GET waits for by itself.
PATIENCE = 2.0
#: Bytes of a file that are read and sent at a time.
PIECE = 128 * 1024
#: No server makes us wait longer, whatever it says.
LONGEST = 3600.0
#: Members of every problem document; the others are `ApiError.extra`.
USUAL = frozenset({"type", "title", "detail", "code"})

Sleep = Callable[[float], Awaitable[None]]


class Rest:
    """Requests to one server with one token."""

    def __init__(self, server: str, token: str | None = None, sleep: Sleep = asyncio.sleep) -> None:
        self.server = server
        self.token = token
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None
        self._unanswered: dict[httpx.Request, float] = {}  # and since when, monotonic

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Any:
        """The answer's JSON, None for 204. `path` is below the server's root, `key` the Idempotency-Key."""
        headers = self._signed()
        if key:
            headers["Idempotency-Key"] = key
        client = self._client or await self._open()
        request = client.build_request(
            method,
            self.server + path,
            params=dict(query) if query else None,
            json=dict(body) if body is not None else None,
            headers=headers,
        )
        try:
            return await self._exchange(client, request)
        except Offline as error:
            if method != "GET" or not isinstance(
                error.__cause__, httpx.RemoteProtocolError | httpx.ReadError
            ):
                raise
        except ApiError as error:
            if method != "GET" or error.retry_after is None or error.retry_after > PATIENCE:
                raise
            await self._sleep(error.retry_after)
        return await self._exchange(client, request)

    async def upload(
        self, path: str, file: Path, *, query: Mapping[str, str], key: str, progress: Callable[[int], None]
    ) -> Any:
        """POST a file's bytes as they are read; the answer's JSON. OSError if it cannot be read."""
        client = self._client or await self._open()
        size = (await asyncio.to_thread(file.stat)).st_size
        headers = self._signed() | {"Idempotency-Key": key, "Content-Length": str(size)}

        async def pieces() -> AsyncIterator[bytes]:
            done = 0
            with await asyncio.to_thread(file.open, "rb") as opened:
                while piece := await asyncio.to_thread(opened.read, PIECE):
                    yield piece
                    done += len(piece)
                    self._unanswered[request] = time.monotonic()  # it gets on
                    progress(done)

        request = client.build_request(
            "POST", self.server + path, params=dict(query), headers=headers, content=pieces()
        )
        return await self._exchange(client, request)

    async def download(self, path: str, into: int, progress: Callable[[int], None]) -> None:
        """Write the answer's bytes to the open file `into` as they come. OSError if the disk refuses."""
        client = self._client or await self._open()
        headers = self._signed() | {"Accept-Encoding": "identity"}
        request = client.build_request("GET", self.server + path, headers=headers)
        with self._talking(request):
            response = await client.send(request, stream=True)
            try:
                if response.status_code != 200:
                    await response.aread()
                    self._answer(response)
                done = 0
                async for piece in response.aiter_raw():
                    await asyncio.to_thread(_write, into, piece)
                    done += len(piece)
                    self._unanswered[request] = time.monotonic()
                    progress(done)
            finally:
                await response.aclose()

    def _signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    async def close(self) -> None:
        """Give the connections back."""
        if self._client:
            await self._client.aclose()

    async def renew(self, stuck: float = 0.0) -> None:
        """Give up every connection with what is on its way there; the next request opens another.

        With `stuck` only if something has been without an answer for so many seconds.
        """
        if stuck and (not self._unanswered or time.monotonic() - min(self._unanswered.values()) < stuck):
            return
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def _open(self) -> httpx.AsyncClient:
        address = urlsplit(self.server)
        secure = address.scheme == "https"
        verify = await asyncio.to_thread(ssl.create_default_context) if secure else False
        self._client = httpx.AsyncClient(
            verify=verify,  # without TLS there is nothing to verify, and the context costs 25 ms
            timeout=TIMEOUT,
            trust_env=not is_loopback(address.hostname or ""),  # no proxy between this machine and itself
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8, keepalive_expiry=30),  # below the server's own 75 s
            headers={"User-Agent": f"deskterm/{deskterm.__version__}", "Accept": "application/json"},
        )
        return self._client

    async def _exchange(self, client: httpx.AsyncClient, request: httpx.Request) -> Any:
        with self._talking(request):
            response = await client.send(request)
        return self._answer(response)

    @contextmanager
    def _talking(self, request: httpx.Request) -> Iterator[None]:
        """While a request is on its way; what breaks it is one of our errors."""
        self._unanswered[request] = time.monotonic()
        try:
            yield
        except httpx.TimeoutException as error:
            raise Offline(self.server, later("does not answer in time")) from error
        except httpx.ConnectError as error:
            raise self._not_connected(error) from error
        except httpx.RemoteProtocolError as error:
            if "disconnected" not in str(error):  # the library has one class for both
                raise NotDeskterm(self.server, tr("it does not speak HTTP there")) from error
            raise Offline(self.server, later("broke the connection off")) from error
        except httpx.TransportError as error:
            raise Offline(self.server, later("cannot be reached")) from error
        except httpx.DecodingError as error:
            raise UnexpectedAnswer(self.server, "cannot be decoded") from error
        finally:
            del self._unanswered[request]

    def _not_connected(self, error: httpx.ConnectError) -> Offline | CertificateProblem | NotDeskterm:
        for cause in _causes(error):
            if isinstance(cause, ssl.SSLCertVerificationError):
                return CertificateProblem(self.server, cause.verify_message)
            if isinstance(cause, ssl.SSLError):
                return NotDeskterm(self.server, tr("it does not speak TLS there (https), perhaps http does"))
            if isinstance(cause, ConnectionRefusedError):
                return Offline(self.server, later("refuses the connection"))
        if "name" in str(error).lower() or "address" in str(error).lower():
            return Offline(self.server, later("is not known by that name"))
        return Offline(self.server, later("cannot be reached"))

    def _answer(self, response: httpx.Response) -> Any:
        if response.status_code == 204:
            return None
        if response.is_redirect:
            there = response.headers.get("location", "elsewhere")
            raise NotDeskterm(self.server, tr("it sends us on to {there}", there=there))
        media_type = response.headers.get("content-type", "").partition(";")[0].strip()
        if media_type not in ("application/json", "application/problem+json"):
            came = media_type or tr("something")
            raise NotDeskterm(self.server, tr("it answered with {came} instead of JSON", came=came))
        try:
            document = json.loads(response.content)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswer(self.server, "not JSON") from error
        if response.is_success:
            return document
        raise self._refusal(response, document)

    def _refusal(self, response: httpx.Response, document: object) -> ApiError | NotDeskterm:
        if not isinstance(document, dict) or not isinstance(document.get("code"), str):
            came = tr("it answered {status} in a way of its own", status=response.status_code)
            return NotDeskterm(self.server, came)
        extra = {name: value for name, value in document.items() if name not in USUAL}
        if isinstance(wrong := extra.get("errors"), list):
            extra["errors"] = [{**each, "msg": _said(each)} for each in wrong if isinstance(each, dict)]
        if extra.get("status") == response.status_code:
            del extra["status"]  # an illegal state change carries the state under this name instead
        after = _seconds(response.headers.get("retry-after"))
        return ApiError(document["code"], response.status_code, _said(document), extra, after)


def _said(document: dict[str, Any]) -> str:
    """A refusal, or a mistake of one, in the reader's language: the catalogues have the server's, too."""
    template, values = document.get("template"), document.get("values")
    if isinstance(template, str) and isinstance(values, dict) and (found := known(template)) != template:
        return filled(found, {name: known(str(value)) for name, value in values.items()})
    return known(str(next(filter(None, map(document.get, ("msg", "detail", "title", "code"))), "")))


def _write(into: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(into, rest) :]


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _seconds(text: str | None) -> float | None:
    try:
        return min(max(0.0, float(text)), LONGEST) if text else None
    except ValueError:
        return None
