"""The live socket's door: who may open one, and by which proof."""

from aiohttp import WSMsgType, web

from deskterm.protocol.wire.frames import BadFrame, Hello, parse_client_frame
from deskterm.server.errors import DeskError, Unauthenticated
from deskterm.server.http.call import Call
from deskterm.server.http.route import Route, Who
from deskterm.server.live.connection import Connection
from deskterm.server.live.hub import LiveHub
from deskterm.server.live.socket import Close, Socket
from deskterm.server.origins import is_own
from deskterm.server.principal import Principal


async def live(call: Call) -> web.WebSocketResponse:
    """Open a live socket; signed in by header, or by the first frame for browsers, which cannot set one."""
    hub = call.services.hub
    socket = await Socket.open(call.request, hub.settings)
    if not _is_welcome(call):
        await socket.end(Close.ORIGIN, "origin")
    elif not hub.addresses.admit(house := call.services.limits.house(call.request)):
        await socket.end(Close.RATE, "rate_limited")
    else:
        try:
            await _greet(call, hub, socket)
        except DeskError as error:  # an answer of HTTP is too late on an opened socket
            await socket.end(Close.BROKEN, error.code)
        finally:
            hub.addresses.dismiss(house)
    return socket.response


async def _greet(call: Call, hub: LiveHub, socket: Socket) -> None:
    hello = await _first_hello(hub, socket)
    if hello is None:
        return
    token = _token(call, hello)
    try:
        principal = hub.sessions.by_token(token)  # also after a header: that was seconds ago
    except Unauthenticated:
        await socket.end(Close.UNAUTHENTICATED, "unauthenticated")
        return
    origin = call.request.headers.get("Origin")
    if origin is not None and not _may_listen(call, origin, principal):
        await socket.end(Close.ORIGIN, "origin")
        return
    if hub.draining:
        await socket.end(Close.DRAINING, "draining")
        return
    await _serve(hub, socket, principal, token, hello)


async def _serve(hub: LiveHub, socket: Socket, principal: Principal, token: str, hello: Hello) -> None:
    channel = hub.channel_of(principal.organization_id)
    connection = Connection(hub, channel, socket, principal, token)
    hub.attach(channel, connection)
    try:
        await connection.run(hello)
    finally:
        hub.detach(channel, connection)
        await connection.ended()


async def _first_hello(hub: LiveHub, socket: Socket) -> Hello | None:
    """The first frame, which must be a hello in time; None when the socket is closed."""
    try:
        message = await socket.receive(hub.settings.hello)
        if message is None:
            return None
        frame = parse_client_frame(message.data) if message.type is WSMsgType.TEXT else None
    except TimeoutError:
        await socket.end(Close.NO_HELLO, "no_hello")
        return None
    except BadFrame as error:
        await socket.end(Close.MALFORMED, error.code)
        return None
    if isinstance(frame, Hello):
        return frame
    await socket.end(Close.UNAUTHENTICATED, "hello_expected")
    return None


def _token(call: Call, hello: Hello) -> str:
    given = call.request.headers.get("Authorization")
    return hello.token or "" if given is None else given.partition(" ")[2].strip()


def _is_welcome(call: Call) -> bool:
    """Programs send no Origin; a page must be at home here, or stand where some organization allows it."""
    origin = call.request.headers.get("Origin")
    return origin is None or _is_home(call, origin) or call.services.origins.knows(origin)


def _may_listen(call: Call, origin: str, principal: Principal) -> bool:
    """On an organization's website only its visitors may."""
    allowed = call.services.origins.allows(origin, principal.organization_id)
    return _is_home(call, origin) or (allowed and principal.role is None)


def _is_home(call: Call, origin: str) -> bool:
    """Whether a page is of this very server, or of one that its operator named."""
    return origin in call.services.hub.settings.origins or is_own(origin, call.request.host)


ROUTES = (Route("GET", "/live", live, "The live socket", Who.OPTIONAL, rate="none"),)
