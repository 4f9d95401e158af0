"""Who is signed in."""

from deskterm.protocol.wire import requests, responses
from deskterm.server.desk import members as desk
from deskterm.server.desk import own
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import conversations, people


async def get_me(call: Call) -> Answer:
    """Everything the first screen needs to know."""
    return Answer(200, call.db.read(lambda reader: people.me(reader, call.viewer)))


async def patch_me(call: Call) -> Answer:
    """Change one's own presence or name."""

    def change(tx: Tx) -> Answer:
        desk.do_patch_me(tx, call.principal, call.body)
        return Answer(200, people.me(tx, call.viewer))

    return await call.command(change)


async def get_unread(call: Call) -> Answer:
    """One small number for whoever works elsewhere; read beside the event loop, as many may ask at once."""

    def count(reader: Reader) -> Answer:
        shown = conversations.render(reader, call.viewer, own.newest(reader, call.principal))
        return Answer(200, {"conversations": sum(1 for each in shown if each["unread"])})

    return await call.db.read_in_thread(count)


async def list_organizations(call: Call) -> Answer:
    """Where else one may go without a password, by `POST /auth/switch`."""
    places = call.services.db.read(lambda reader: own.organizations_of(reader, call.principal))
    items = [
        {"slug": each.slug, "name": each.name, "role": each.role, "current": each.current} for each in places
    ]
    return Answer(200, {"items": items})


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
    Route(
        "GET",
        "/me/unread",
        get_unread,
        "How many of one's newest conversations have something unread",
        Who.EVERYONE,
        answers={200: responses.Unread},
    ),
    Route(
        "GET",
        "/me/organizations",
        list_organizations,
        "The organizations one may sign in to",
        Who.EVERYONE,
        answers={200: responses.Organizations},
    ),
)
