"""`deskterm retention preview|run`: what is old enough to be archived or erased."""

import argparse
import asyncio

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ClientError
from deskterm.client.http.contact_calls import Retention
from deskterm.text.words import tr, trn


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Look, or do it."""
    parser.add_argument("what", choices=("preview", "run"))
    add_place_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the report; answers the exit code."""
    try:
        report = asyncio.run(_ask(arguments))
    except KeyboardInterrupt:
        return exits.interrupted()
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm retention: {sentence(error)}")
    done = tr("Archived") if arguments.what == "run" else tr("Would be archived")
    say(f"{done}: {_conversations(report)}")
    done = tr("Erased") if arguments.what == "run" else tr("Would be erased")
    say(f"{done}: {_visitors(report)}")
    if report.backup:
        say(tr("The server's backup from before: {backup}", backup=report.backup))
    return exits.OK


async def _ask(arguments: argparse.Namespace) -> Retention:
    async with signed_in(arguments) as api:
        return await (api.run_retention() if arguments.what == "run" else api.retention())


def _conversations(report: Retention) -> str:
    if not report.archive_days:
        return tr("no closed conversations (never, by the settings)")
    count = report.conversations
    return _after(
        trn("{count} closed conversation", "{count} closed conversations", count), report.archive_days
    )


def _visitors(report: Retention) -> str:
    if not report.visitor_days:
        return tr("no visitors without a name (never, by the settings)")
    count = report.visitors
    return _after(
        trn("{count} visitor without a name", "{count} visitors without a name", count), report.visitor_days
    )


def _after(what: str, days: int) -> str:
    return trn("{what} (after {count} day)", "{what} (after {count} days)", days, what=what)
