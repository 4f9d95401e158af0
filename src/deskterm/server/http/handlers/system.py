"""What is public without being about anybody: is it there, is it ready, what does it speak."""

import deskterm
from deskterm.protocol.wire import responses
from deskterm.protocol.wire.frames import PROTOCOL
from deskterm.server.errors import Draining, StorageDamaged
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who


async def healthz(call: Call) -> Answer:
    """The process answers."""
    return Answer(200, {"product": "deskterm", "version": deskterm.__version__, "protocol": PROTOCOL})


async def readyz(call: Call) -> Answer:
    """The server takes requests; while it starts or shuts down it says 503.

    Where the database is damaged it goes on answering reads, and says here that it can do no more.
    """
    stage = call.services.stage
    if stage.leaving or stage.draining or not stage.ready:
        raise Draining("The server is starting or shutting down.")
    why = StorageDamaged().detail if call.services.db.damaged else None
    return Answer(200, {"ready": True, "read_only": why})


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
