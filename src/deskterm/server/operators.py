"""What operators do with people: the same work whether a server runs (at its door) or not (on the database).

Each takes a body and answers one, both JSON objects, and refuses with a `DeskError`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from deskterm.protocol.records import Role
from deskterm.protocol.wire.requests import Email, Line, Request
from deskterm.server.desk.accounts import do_reset_password
from deskterm.server.desk.organizations import do_add_person
from deskterm.server.errors import Conflict, DeskError, Malformed, NotFound
from deskterm.server.storage import accounts, members, organizations
from deskterm.server.storage.database import Database, Reader, Tx
from deskterm.server.storage.organizations import OrganizationRow


class WhichOrganization(DeskError):
    """None is named where there are several, or one that is not there; `detail` says which there are."""

    status, code, title = 422, "invalid", "An organization has to be chosen"


class _Known(Request):
    email: Email


class _Place(_Known):
    organization: str | None


class _Person(_Place):
    name: Line
    role: Role
    password_hash: str | None


class _Password(_Known):
    password_hash: str


B = TypeVar("B", bound=_Known)


async def look(database: Database, body: Any) -> dict[str, Any]:
    """Where somebody would be added, and the name under which they are known there already, else None."""
    wish = _parsed(_Place, body)
    found, name = database.read(lambda reader: _look(reader, wish))
    return {"organization": found.slug, "name": name}


async def add(database: Database, body: Any) -> dict[str, Any]:
    """Add a person to an organization; a password that they have stays."""
    wish = _parsed(_Person, body)

    def make(tx: Tx) -> str:
        found, _ = _look(tx, wish)
        do_add_person(
            tx,
            found.key,
            email=wish.email,
            name=wish.name,
            role=wish.role.value,
            password_hash=wish.password_hash,
        )
        return found.slug

    return {"organization": await database.write(make)}


async def set_password(database: Database, body: Any) -> dict[str, Any]:
    """Set somebody's password and end all their sessions."""
    wish = _parsed(_Password, body)
    await database.write(lambda tx: do_reset_password(tx, wish.email, wish.password_hash))
    return {}


async def known(database: Database, body: Any) -> dict[str, Any]:
    """Refuse an address that nobody has, before a password is asked for."""
    wish = _parsed(_Known, body)
    if database.read(lambda reader: accounts.by_email(reader, wish.email)) is None:
        raise NotFound()
    return {}


#: By the last part of their address at the door.
WORK: Final[dict[str, Callable[[Database, Any], Awaitable[dict[str, Any]]]]] = {
    "look": look,
    "add": add,
    "known": known,
    "set-password": set_password,
}


def _parsed(model: type[B], body: Any) -> B:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        wanted = ", ".join(model.model_fields)
        raise Malformed(f"The body must be a JSON object of valid {wanted}.") from error


def _look(reader: Reader, wish: _Place) -> tuple[OrganizationRow, str | None]:
    organization = _organization(reader, wish.organization)
    account = accounts.by_email(reader, wish.email)
    if account and members.by_user(reader, organization.key, account.id):
        raise Conflict(f"{wish.email} is in {organization.slug} already.")
    return organization, account.name if account else None


def _organization(reader: Reader, slug: str | None) -> OrganizationRow:
    found = organizations.all_of(reader)
    if not found:
        raise WhichOrganization("There is no organization yet; `deskterm init` makes one.")
    if slug is None and len(found) == 1:
        return found[0]
    for each in found:
        if each.slug == slug:
            return each
    raise WhichOrganization("Choose an --organization: " + ", ".join(each.slug for each in found))
