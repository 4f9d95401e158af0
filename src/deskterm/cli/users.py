"""`deskterm user`: add people and set passwords while no server runs."""

import argparse
import asyncio

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask, ask_password
from deskterm.cli.data import add_data_argument, opened
from deskterm.protocol.records import Role
from deskterm.server.config import HashCost
from deskterm.server.desk.accounts import do_reset_password
from deskterm.server.desk.organizations import do_add_person
from deskterm.server.errors import DeskError, NotFound
from deskterm.server.passwords import Passwords
from deskterm.server.storage import accounts, members, organizations
from deskterm.server.storage.database import Database
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.organizations import OrganizationRow


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm user add` and `deskterm user passwd`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="add|passwd")
    add = verbs.add_parser("add", help="add a person to an organization")
    passwd = verbs.add_parser("passwd", help="set a person's password; all their sessions end")
    for each in (add, passwd):
        add_data_argument(each)
        each.add_argument("--email", help="the person's e-mail address")
        each.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
    add.add_argument("--name", help="the person's name")
    add.add_argument("--role", choices=[each.value for each in Role], default=Role.STAFF.value)
    add.add_argument("--organization", metavar="SLUG", help="needed where there are several")


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    try:
        return asyncio.run(_add(arguments) if arguments.what == "add" else _passwd(arguments))
    except Refused as refusal:
        return exits.fail(exits.INVALID, f"deskterm user: {refusal}")
    except DatabaseInUse as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except NotFound:
        return exits.fail(exits.NOT_FOUND, "deskterm user: there is nobody with this address.")
    except DeskError as error:
        return exits.fail(exits.INVALID, error.detail)


async def _add(arguments: argparse.Namespace) -> int:
    async with opened(arguments.data) as database:
        organization = _organization(database, arguments.organization)
        email = ask(arguments.email, "E-mail", email=True)
        account = database.read(lambda reader: accounts.by_email(reader, email))
        if account and database.read(lambda r: members.by_user(r, organization.key, account.id)):
            return exits.fail(exits.CONFLICT, f"deskterm user: {email} is in {organization.slug} already.")
        name = account.name if account else ask(arguments.name, "Name")
        password_hash = None
        if account is None:
            password_hash = Passwords(HashCost()).hash_now(ask_password(arguments.password_stdin))
        await database.write(
            lambda tx: do_add_person(
                tx,
                organization.key,
                email=email,
                name=name,
                role=arguments.role,
                password_hash=password_hash,
            )
        )
    print(f"{email} is {arguments.role} in {organization.slug}.")
    return exits.OK


async def _passwd(arguments: argparse.Namespace) -> int:
    async with opened(arguments.data) as database:
        email = ask(arguments.email, "E-mail", email=True)
        if database.read(lambda reader: accounts.by_email(reader, email)) is None:
            raise NotFound()
        password_hash = Passwords(HashCost()).hash_now(ask_password(arguments.password_stdin))
        await database.write(lambda tx: do_reset_password(tx, email, password_hash))
    print(f"{email} has a new password and is signed out everywhere.")
    return exits.OK


def _organization(database: Database, slug: str | None) -> OrganizationRow:
    found = database.read(organizations.all_of)
    if not found:
        raise Refused("there is no organization yet; `deskterm init` makes one.")
    if slug is None and len(found) == 1:
        return found[0]
    for each in found:
        if each.slug == slug:
            return each
    raise Refused("choose an --organization: " + ", ".join(each.slug for each in found))
