"""The live socket: opens it, feeds `LiveState`, does what that says, and comes back when it breaks.

Imports websockets, so nothing before the first frame imports this.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

import deskterm
from deskterm.client.address import is_loopback, live_address
from deskterm.client.answers import Update
from deskterm.client.backoff import Backoff
from deskterm.client.connection import Connection, Now, utc_now
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.live import (
    SILENCE,
    Action,
    CaughtUp,
    Deliver,
    LiveState,
    Odd,
    Reconnect,
    Send,
    Stop,
    TakeSnapshot,
    session_over,
)
from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT

log = logging.getLogger("deskterm.client.live")
Sleep = Callable[[float], Awaitable[None]]
#: A snapshot that is asked for again within this time waits: a cursor that never fits would ask for ever.
CALM = timedelta(minutes=1)


class Subscription:
    """One subscription to one server, over as many sockets as it takes. `run` it in a task; cancel to end.

    `deliver` takes each update at once, `resync` loads everything anew and answers with the cursor.
    """

    def __init__(
        self,
        server: str,
        token: str,
        cursor: str | None,
        connection: Connection,
        *,
        deliver: Callable[[Update], None],
        resync: Callable[[], Awaitable[str]],
        backoff: Backoff | None = None,
        sleep: Sleep = asyncio.sleep,
        now: Now = utc_now,
    ) -> None:
        self._server = server
        self._token = token
        self._state = LiveState(server, cursor)
        self._connection = connection
        self._deliver = deliver
        self._resync = resync
        self._backoff = backoff or Backoff()
        self._snapshots = self._backoff.another()
        self._snapshot_at: datetime | None = None
        self._sleep = sleep
        self._now = now
        self._wake = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._updates = 0
        self._tls: ssl.SSLContext | None = None

    async def run(self) -> None:
        """Stay subscribed until cancelled, or until coming back is of no use."""
        while True:
            ended = await self._attempt()
            if isinstance(ended, Stop):
                self._connection.end(ended.error.sentence)
                return
            wait = self._backoff.next() if ended.wait is None else ended.wait
            self._connection.lost(ended.why, self._now() + timedelta(seconds=wait))
            await self._pause(wait)

    def wake(self) -> None:
        """Try at once instead of waiting for the next time."""
        self._wake.set()

    async def say(self, frame: str) -> None:
        """Send a frame that is of no use later: while there is no socket it is dropped."""
        if self._socket is None:
            return
        try:
            await self._socket.send(frame)
        except ConnectionClosed:
            log.debug("a frame was dropped with its socket")

    async def _pause(self, wait: float) -> None:
        self._wake.clear()
        waiting = [asyncio.ensure_future(self._sleep(wait)), asyncio.ensure_future(self._wake.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def _attempt(self) -> Reconnect | Stop:
        """One socket from opening to end; supervises it, so that no mistake here ends the subscription."""
        self._updates = 0
        try:
            async with await self._open() as socket:
                self._socket = socket
                return await self._converse(socket)
        except InvalidStatus as error:
            if error.response.status_code == 401:
                return Stop(session_over())
            return Reconnect(f"the server refused the live stream ({error.response.status_code})")
        except ConnectionRefusedError:
            return Reconnect("the server refuses the connection")
        except (OSError, WebSocketException) as error:
            log.info("no live stream: %s", type(error).__name__)
            return Reconnect("the server cannot be reached")
        except Exception:
            log.exception("the live stream broke on our side")
            return Reconnect("the live stream broke")
        finally:
            self._socket = None

    async def _open(self) -> ClientConnection:
        address = urlsplit(self._server)
        if address.scheme == "https" and self._tls is None:
            self._tls = await asyncio.to_thread(ssl.create_default_context)
        return await connect(
            live_address(self._server),
            additional_headers={"Authorization": f"Bearer {self._token}"},
            user_agent_header=f"deskterm/{deskterm.__version__}",
            ssl=self._tls,
            proxy=None if is_loopback(address.hostname or "") else True,
            compression=None,
            open_timeout=10,
            close_timeout=1,
            ping_interval=None,  # the protocol has a heartbeat of its own
            max_size=SERVER_FRAME_LIMIT + 1024,
        )

    async def _converse(self, socket: ClientConnection) -> Reconnect | Stop:
        actions = self._state.opened()
        while True:
            while actions:
                action, *actions = actions
                if isinstance(action, Reconnect | Stop):
                    return action
                actions += await self._act(socket, action)
            self._state.handled()
            try:
                async with asyncio.timeout(SILENCE):
                    frame = await socket.recv(decode=False)
            except TimeoutError:
                return Reconnect("the server went silent")
            except ConnectionClosed as closed:
                end = closed.rcvd
                actions = self._state.closed(end.code, end.reason) if end else self._state.closed(None)
            else:
                actions = self._state.received(frame.decode("utf-8", "replace"))

    async def _act(self, socket: ClientConnection, action: Action) -> list[Action]:
        match action:
            case Deliver(update, counted):
                self._updates += counted
                self._deliver(update)
            case CaughtUp():
                self._backoff.reset()
                self._connection.caught_up(self._updates)
            case Send(text):
                await socket.send(text)
            case TakeSnapshot():
                return await self._take_snapshot()
            case Odd(what):
                log.warning("skipped: %s", what)
        return []

    async def _take_snapshot(self) -> list[Action]:
        if self._snapshot_at is None or self._now() - self._snapshot_at >= CALM:
            self._snapshots.reset()
        else:
            await self._pause(self._snapshots.next())
        self._snapshot_at = self._now()
        try:
            return self._state.resume_from(await self._resync())
        except ApiError as error:
            return [Stop(error) if error.status == 401 else Reconnect(error.sentence, error.retry_after)]
        except ClientError as error:
            return [Reconnect(error.sentence)]
