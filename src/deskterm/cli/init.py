"""`deskterm init`: the first organization and its admin."""

import argparse
import asyncio
import re
import shlex
from collections.abc import Callable

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask, ask_password
from deskterm.cli.data import add_data_argument, add_database_argument, code_of, opened
from deskterm.cli.say import say
from deskterm.server.config import HashCost
from deskterm.server.desk.organizations import do_add_person, do_found_organization, do_give_support_voice
from deskterm.server.errors import DeskError
from deskterm.server.passwords import Passwords
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Tx
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.network_disk import NetworkDisk
from deskterm.text.words import tr

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `deskterm init`; what is not given is asked for."""
    add_data_argument(parser)
    add_database_argument(parser)
    parser.add_argument("--organization", metavar="NAME", help="the organization's name")
    parser.add_argument("--slug", help="its short name in lower case (default: made from the name)")
    parser.add_argument("--email", help="the admin's e-mail address")
    parser.add_argument("--name", help="the admin's name")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def run(arguments: argparse.Namespace) -> int:
    """Make the organization; answers the exit code."""
    try:
        return _init(arguments)
    except KeyboardInterrupt:
        return exits.interrupted()
    except Refused as refusal:
        return exits.fail(exits.INVALID, f"deskterm init: {refusal}")
    except (DatabaseInUse, NetworkDisk) as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except DeskError as error:
        return exits.fail(code_of(error), error.detail)


def _init(arguments: argparse.Namespace) -> int:
    if asyncio.run(_count(arguments)):
        return exits.fail(
            exits.CONFLICT,
            tr("deskterm init: there is an organization already; `deskterm user add` adds people."),
        )
    name = ask(arguments.organization, tr("Organization's name"))
    slug = arguments.slug or _slug_of(name)
    if not SLUG.fullmatch(slug):
        raise Refused(tr("a slug has lower-case letters, digits and dashes only; give one with --slug."))
    email = ask(arguments.email, tr("Admin's e-mail"), email=True)
    person = ask(arguments.name, tr("Admin's name"))
    password_hash = Passwords(HashCost()).hash_now(ask_password(arguments.password_stdin))

    def make(tx: Tx) -> None:
        key = do_found_organization(tx, slug=slug, name=name)
        do_give_support_voice(tx, key)
        do_add_person(tx, key, email=email, name=person, role="admin", password_hash=password_hash)

    asyncio.run(_write(arguments, make))
    places = {"--data": arguments.data, "--database": arguments.database}
    where = "".join(f" {option} {shlex.quote(str(said))}" for option, said in places.items() if said)
    say(
        tr(
            "Made {name} ({slug}). Start the server with `deskterm serve{where}`, then sign in as {email}.",
            name=name,
            slug=slug,
            where=where,
            email=email,
        )
    )
    return exits.OK


async def _count(arguments: argparse.Namespace) -> int:
    async with opened(arguments.data, arguments.database) as database:
        return database.read(organizations.count)


async def _write(arguments: argparse.Namespace, make: Callable[[Tx], None]) -> None:
    async with opened(arguments.data, arguments.database) as database:
        await database.write(make)


def _slug_of(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63]
