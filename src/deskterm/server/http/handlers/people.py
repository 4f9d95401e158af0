"""Members and the organization."""

from deskterm.protocol.wire import people as asked
from deskterm.protocol.wire import responses
from deskterm.server.desk import members, organizations
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import FIRST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import people


async def list_members(call: Call) -> Answer:
    """The roster: agents; admins may ask for the customers."""
    after = position(call.query, FIRST)
    rows = call.db.read(lambda reader: members.list_members(reader, call.principal, call.query, after))
    return Answer(200, page([people.member(call.viewer, each) for each in rows], call.query))


async def patch_member(call: Call) -> Answer:
    """Change role, presence, maximum or access of a member."""

    def change(tx: Tx) -> Answer:
        row = members.do_patch_member(tx, call.principal, call.path["member_id"], call.body)
        return Answer(200, people.member(call.viewer, row))

    return await call.command(change)


async def get_organization(call: Call) -> Answer:
    """The organization one is signed in to."""

    def show(reader: Reader) -> Answer:
        row = organizations.access_organization(reader, call.principal)
        return Answer(200, people.organization(reader, call.viewer, row))

    return call.db.read(show)


async def patch_organization(call: Call) -> Answer:
    """Change name, logo or settings."""

    def change(tx: Tx) -> Answer:
        row = organizations.do_patch_organization(tx, call.principal, call.body)
        return Answer(200, people.organization(tx, call.viewer, row))

    return await call.command(change)


ROUTES = (
    Route(
        "GET",
        "/members",
        list_members,
        "The organization's agents; with a role, admins also get the customers",
        Who.AGENTS,
        query=asked.MemberQuery,
        answers={200: responses.Members},
    ),
    Route(
        "PATCH",
        "/members/{member_id}",
        patch_member,
        "Change a member's role, presence, maximum or access",
        Who.ADMINS,
        body=asked.PatchMember,
        answers={200: responses.MemberForAdmins},
    ),
    Route(
        "GET",
        "/organization",
        get_organization,
        "The organization one is signed in to",
        Who.EVERYONE,
        answers={200: responses.OrganizationAnswer},
    ),
    Route(
        "PATCH",
        "/organization",
        patch_organization,
        "Change the organization's name, logo or settings",
        Who.ADMINS,
        body=asked.PatchOrganization,
        answers={200: responses.Organization},
    ),
)
