"""The live socket: opens it, feeds `LiveState`, does what that says, and comes back when it breaks.

Imports websockets, so nothing before the first frame imports this.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

import deskterm
from deskterm.client.accounts.address import is_loopback, live_address
from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.live.backoff import Backoff
from deskterm.client.live.connection import Connection, Now, utc_now
from deskterm.client.live.state import (
    SILENCE,
    TOO_BIG,
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
from deskterm.client.live.suspend import notice_sleep
from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT
from deskterm.text.words import tr

log = logging.getLogger("deskterm.client.live.state")
Sleep = Callable[[float], Awaitable[None]]
#: A network that broke is looked for often at first, to be back within two seconds of its healing: seconds
#: for which, seconds between two tries at most, and the least time for a try then.
TUNNEL, OFTEN, BRIEFLY = 12.0, 1.0, 2.0
#: Seconds for a socket to open, and then for the server's first word on it.
OPENING, ANSWER = 10.0, 10.0
#: A snapshot that is asked for again within these seconds waits: a cursor that never fits would ask for ever.
CALM = 60.0


class Subscription:
    """One subscription to one server, over as many sockets as it takes. `run` it in a task; cancel to end.

    `deliver` takes each update at once, `resync` loads everything anew and answers with the cursor, `broken`
    hears that connections of before lead nowhere, although nobody closed them.
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
        broken: Callable[[], None] = lambda: None,
        backoff: Backoff | None = None,
        sleep: Sleep = asyncio.sleep,
        now: Now = utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._server = server
        self._token = token
        self._state = LiveState(server, cursor)
        self._connection = connection
        self._deliver = deliver
        self._resync = resync
        self._broken = broken
        self._backoff = backoff or Backoff()
        self._snapshots = self._backoff.another()
        self._snapshot_at: float | None = None
        self._sleep = sleep
        self._now = now
        self._monotonic = monotonic
        self._lost_at: float | None = None
        self._unheard_since: float | None = None  # of a try on which the server has said nothing yet
        self._opened_in = OPENING
        self._trying: asyncio.Task[Reconnect | Stop] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._updates = 0
        self._tls: ssl.SSLContext | None = None

    async def run(self) -> None:
        """Stay subscribed until cancelled, or until coming back is of no use."""
        noticing = asyncio.create_task(notice_sleep(self._try_anew))
        try:
            while not isinstance(ended := await self._try(), Stop):
                wait = self._wait(ended)
                self._connection.lost(ended.why, self._now() + timedelta(seconds=wait))
                await self._pause(wait)
            self._connection.end(ended.error.sentence)
        finally:
            noticing.cancel()
            if self._asking is not None:
                self._asking.cancel()

    def wake(self) -> None:
        """Try at once instead of waiting for the next time, or for a try that seems to lead nowhere.

        A socket that is open may be open on this side alone: it has to answer now.
        """
        since = self._unheard_since
        if since is not None and self._monotonic() - since >= BRIEFLY:
            self._try_anew()
        elif since is None and self._socket is not None and self._asking is None:
            self._asking = asyncio.create_task(self._ask(self._socket))
        self._wake.set()

    async def _ask(self, socket: ClientConnection) -> None:
        """Open another socket if this one answers nothing."""
        try:
            async with asyncio.timeout(BRIEFLY):
                await (await socket.ping())
        except TimeoutError:
            log.info("the live stream answers nothing")
            if socket is self._socket:
                self._try_anew()
        except WebSocketException:
            log.debug("the socket that was asked has ended")
        finally:
            self._asking = None

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

    def _wait(self, ended: Reconnect) -> float:
        """Seconds until the next try."""
        self._lost_at = self._monotonic() if self._lost_at is None else self._lost_at
        if ended.wait is not None:
            return ended.wait
        return self._backoff.next(OFTEN) if ended.network and self._in_tunnel() else self._backoff.next()

    def _in_tunnel(self) -> bool:
        """Whether the connection was lost just now."""
        return self._lost_at is not None and self._monotonic() - self._lost_at < TUNNEL

    def _try_anew(self) -> None:
        """What is open is of no use: the machine slept, or nothing was heard."""
        self._wake.set()
        self._broken()
        if self._socket is not None:
            self._socket.transport.abort()
        if self._trying is not None:
            self._trying.cancel()

    async def _try(self) -> Reconnect | Stop:
        """One attempt, which may be given up for a new one."""
        self._trying = asyncio.create_task(self._attempt())
        try:
            return await self._trying
        except asyncio.CancelledError:
            own = asyncio.current_task()
            if own is not None and own.cancelling():
                raise
            return Reconnect(tr("the connection was lost"), 0.0)
        finally:
            self._trying = self._unheard_since = None

    async def _attempt(self) -> Reconnect | Stop:
        """One socket from opening to end; supervises it, so that no mistake here ends the subscription."""
        self._updates = 0
        self._unheard_since = started = self._monotonic()
        try:
            async with await self._open() as socket:
                self._socket = socket
                self._opened_in = self._monotonic() - started
                return await self._converse(socket)
        except InvalidStatus as error:
            if error.response.status_code == 401:
                return Stop(session_over())
            status = error.response.status_code
            return Reconnect(tr("the server refused the live stream ({status})", status=status))
        except ConnectionRefusedError:
            return Reconnect(tr("the server refuses the connection"))
        except (OSError, WebSocketException) as error:
            log.info("no live stream: %s", type(error).__name__)
            return Reconnect(tr("the server cannot be reached"), network=True)
        except Exception:
            log.exception("the live stream broke on our side")
            return Reconnect(tr("the live stream broke"))
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
            open_timeout=min(OPENING, max(BRIEFLY, 4 * self._opened_in)) if self._in_tunnel() else OPENING,
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
                async with asyncio.timeout(SILENCE if self._unheard_since is None else min(ANSWER, SILENCE)):
                    frame = await socket.recv(decode=False)
            except TimeoutError:
                self._broken()
                return Reconnect(tr("the server went silent"), network=True)
            except ConnectionClosed as closed:
                actions = self._closed(closed)
            else:
                self._unheard_since = None
                actions = self._state.received(frame.decode("utf-8", "replace"))

    def _closed(self, closed: ConnectionClosed) -> list[Action]:
        if closed.sent is not None and closed.sent.code == TOO_BIG:
            return self._state.overwhelmed()
        end = closed.rcvd
        return self._state.closed(end.code, end.reason) if end else self._state.closed(None)

    async def _act(self, socket: ClientConnection, action: Action) -> list[Action]:
        match action:
            case Deliver(update, counted):
                self._updates += counted
                self._deliver(update)
            case CaughtUp():
                self._lost_at = None
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
        if self._snapshot_at is None or self._monotonic() - self._snapshot_at >= CALM:
            self._snapshots.reset()
        else:
            await self._pause(self._snapshots.next())
        self._snapshot_at = self._monotonic()
        try:
            return self._state.resume_from(await self._resync())
        except ApiError as error:
            return [Stop(error) if error.status == 401 else Reconnect(error.sentence, error.retry_after)]
        except ClientError as error:
            return [Reconnect(error.sentence)]
