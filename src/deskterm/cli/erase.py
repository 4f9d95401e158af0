"""`deskterm erase`: say what there is of a person, ask, and erase it for good."""

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from deskterm.cli import exits
from deskterm.cli.ask import Refused, ask
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.http.contact_calls import ContactDetail, Erasure
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.http.api import Api


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whom, and whether to ask."""
    parser.add_argument("contact", metavar="CONTACT", help="their e-mail address or id")
    parser.add_argument("--dry-run", action="store_true", help="say what would go and change nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_place_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Preview, ask, erase, report; answers the exit code."""
    try:
        return asyncio.run(_erase(arguments))
    except Refused as refusal:
        return exits.fail(exits.USAGE, f"deskterm erase: {refusal}")
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm erase: {sentence(error)}")


async def _erase(arguments: argparse.Namespace) -> int:
    async with signed_in(arguments) as api:
        contact = await _find(api, arguments.contact)
        who = contact.email or contact.name or contact.id
        say(
            tr(
                "Of {who}: {amount}.",
                who=who,
                amount=_amount(await api.erase_contact(contact.id, dry_run=True)),
            )
        )
        if arguments.dry_run:
            return exits.OK
        if not arguments.yes:
            if not sys.stdin.isatty():
                raise Refused(tr("There is no terminal to ask on; say --yes."))
            if ask(None, f"They are erased for good. Type {who} to go on") != who:
                return exits.fail(exits.USAGE, tr("deskterm erase: Nothing was erased."))
        done = await api.erase_contact(contact.id, dry_run=False)
        say(
            tr(
                "Erased: {amount}. The server's backup from before: {backup}.",
                amount=_amount(done),
                backup=done.backup,
            )
        )
    return exits.OK


async def _find(api: "Api", wanted: str) -> ContactDetail:
    """The one contact with this address or id."""
    if "@" not in wanted:
        return await api.contact_detail(wanted)
    found = await api.find_contacts(wanted, limit=200)
    same = [each for each in found.items if wanted.lower() == (each.email or "").lower()]
    if len(same) > 1:
        raise Refused(tr("Several have this address: name one by its id, or merge them first."))
    if not same:
        raise ApiError("not_found", 404, "There is no such contact.")
    return same[0]


def _amount(erasure: Erasure) -> str:
    return tr(
        "conversations {conversations} · messages {messages} · files {files} · notes {notes}",
        conversations=erasure.conversations,
        messages=erasure.messages,
        files=erasure.files,
        notes=erasure.notes,
    )
