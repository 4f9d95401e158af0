"""What is public without being about anybody: is it there, is it ready, what does it speak."""

import deskterm
from deskterm.protocol.wire import responses
from deskterm.server.errors import Draining
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who

PROTOCOL = 1


async def healthz(call: Call) -> Answer:
    """The process answers."""
    return Answer(200, {"product": "deskterm", "version": deskterm.__version__, "protocol": PROTOCOL})


async def readyz(call: Call) -> Answer:
    """The server takes requests; while it starts or shuts down it says 503."""
    stage = call.services.stage
    if stage.draining or not stage.ready:
        raise Draining("The server is starting or shutting down.")
    return Answer(200, {"ready": True})


ROUTES = (
    Route(
        "GET",
        "/healthz",
        healthz,
        "Whether the process answers",
        Who.PUBLIC,
        answers={200: responses.Health},
        rate="none",
        base="",
    ),
    Route(
        "GET",
        "/readyz",
        readyz,
        "Whether the server takes requests",
        Who.PUBLIC,
        answers={200: responses.Ready},
        rate="none",
        base="",
    ),
)
