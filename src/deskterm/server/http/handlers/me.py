"""Who is signed in."""

from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import members as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Tx
from deskterm.server.views import people


async def get_me(call: Call) -> Answer:
    """Everything the first screen needs to know."""
    return Answer(200, call.services.db.read(lambda reader: people.me(reader, call.viewer)))


async def patch_me(call: Call) -> Answer:
    """Change one's own presence or name."""

    def change(tx: Tx) -> Answer:
        desk.do_patch_me(tx, call.principal, call.body)
        return Answer(200, people.me(tx, call.viewer))

    return await call.command(change)


ROUTES = (
    Route("GET", "/me", get_me, "Who is signed in", Who.EVERYONE, answers={200: responses.Me}),
    Route(
        "PATCH",
        "/me",
        patch_me,
        "Change one's own presence or name",
        Who.EVERYONE,
        body=requests.PatchMe,
        answers={200: responses.Me},
    ),
)
