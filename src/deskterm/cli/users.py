"""`deskterm user`: add people and set passwords, while the server runs or not."""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask, ask_choice, ask_password
from deskterm.cli.data import add_data_argument, add_database_argument, code_of, default_data, opened
from deskterm.cli.say import say
from deskterm.protocol.records import Role
from deskterm.server.config import DATABASE_NAME, HashCost
from deskterm.server.control import OperatorRefused, ask_server
from deskterm.server.errors import DeskError
from deskterm.server.operators import WORK
from deskterm.server.passwords import Passwords
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.text.words import tr

_CODES = {"not_found": exits.NOT_FOUND, "conflict": exits.CONFLICT, "draining": exits.TRY_AGAIN}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm user add` and `deskterm user passwd`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="add|passwd")
    add = verbs.add_parser("add", help="add a person to an organization")
    passwd = verbs.add_parser("passwd", help="set a person's password; all their sessions end")
    for each in (add, passwd):
        add_data_argument(each)
        add_database_argument(each)
        each.add_argument("--email", help="the person's e-mail address")
        each.add_argument(
            "--password-stdin", action="store_true", help="read the password from standard input"
        )
    add.add_argument("--name", help="the person's name")
    add.add_argument(
        "--role",
        choices=[each.value for each in Role],
        help="what they are (asked for; without a terminal staff)",
    )
    add.add_argument("--organization", metavar="SLUG", help="needed where there are several")


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    data = (arguments.data or default_data()).absolute()
    if arguments.database is None and not (data / DATABASE_NAME).exists():
        return exits.fail(
            exits.NOT_FOUND,
            tr("deskterm user: there is no database in {data}; `deskterm init` makes one.", data=data),
        )
    try:
        (_add if arguments.what == "add" else _passwd)(data, arguments)
    except KeyboardInterrupt:
        return exits.interrupted()
    except Refused as refusal:
        return exits.fail(exits.INVALID, f"deskterm user: {refusal}")
    except DatabaseInUse as error:
        return exits.fail(
            exits.CONFLICT, tr("{detail} It could not be asked to do it either.", detail=error.detail)
        )
    except DeskError as error:
        code = error.said if isinstance(error, OperatorRefused) else error.code
        said = tr("There is nobody with this address.") if code == "not_found" else error.detail
        return exits.fail(_CODES.get(code, code_of(error)), f"deskterm user: {said}")
    return exits.OK


def _add(data: Path, arguments: argparse.Namespace) -> None:
    email = ask(arguments.email, "E-mail", email=True)
    found = _do(data, arguments, "look", {"email": email, "organization": arguments.organization})
    name, password_hash = found["name"], None
    if name is None:
        name = ask(arguments.name, tr("Name"))
    role = arguments.role or ask_choice(tr("Role"), [each.value for each in Role], Role.STAFF.value)
    if found["name"] is None:
        password_hash = _hashed(arguments)
    person = {"email": email, "name": name, "role": role, "password_hash": password_hash}
    _do(data, arguments, "add", {**person, "organization": found["organization"]})
    say(
        tr("{email} is {role} in {organization}.", email=email, role=role, organization=found["organization"])
    )
    if found["name"] is not None:
        say("They have an account already and keep its name and password.")


def _passwd(data: Path, arguments: argparse.Namespace) -> None:
    email = ask(arguments.email, "E-mail", email=True)
    _do(data, arguments, "known", {"email": email})
    _do(data, arguments, "set-password", {"email": email, "password_hash": _hashed(arguments)})
    say(tr("{email} has a new password and is signed out everywhere.", email=email))


def _hashed(arguments: argparse.Namespace) -> str:
    return Passwords(HashCost()).hash_now(ask_password(arguments.password_stdin))


def _do(data: Path, arguments: argparse.Namespace, work: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """By the server that runs there, else by ourselves."""
    return asyncio.run(_at_the_door_or_here(data, arguments.database, work, body))


async def _at_the_door_or_here(
    data: Path, address: str | None, work: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    said = await ask_server(data, f"people/{work}", body)
    if said is not None:
        return said
    async with opened(data, address) as database:
        return await WORK[work](database, body)
