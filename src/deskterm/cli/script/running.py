"""What all verbs for scripts have in common: whose session, how failures become exit codes."""

import argparse
import asyncio
import io
import json
import sys
from collections.abc import Awaitable, Callable

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.client.accounts.guests import Wish
from deskterm.client.errors import ClientError
from deskterm.client.script.access import Access, access
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.words import tr

Work = Callable[[ScriptDesk, Access], Awaitable[int]]


class Refused(Exception):
    """Something on the command line or in the input cannot be: the text says what, `code` is for scripts."""

    def __init__(self, words: str, code: int = exits.INVALID) -> None:
        super().__init__(words)
        self.code = code


def add_common_arguments(parser: argparse.ArgumentParser, *outputs: str) -> None:
    """Where to go, and how answers look; the first of `outputs` is usual."""
    add_place_arguments(parser)
    parser.add_argument(
        "--patience",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="for how long to try again while the server cannot be reached (default: 30)",
    )
    parser.add_argument("-o", "--output", choices=outputs, default=outputs[0], help="default: %(default)s")


def add_conversations_argument(parser: argparse.ArgumentParser) -> None:
    """Which conversations, several or from a pipe."""
    parser.add_argument(
        "conversations",
        nargs="+",
        metavar="CONVERSATION",
        help="a number or an id; - reads them from standard input, one a line",
    )


def run_script(arguments: argparse.Namespace, work: Work) -> int:
    """Do it and answer the exit code; what went wrong is one sentence on standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        given = access(Wish(arguments.server, arguments.organization, arguments.email))
        return asyncio.run(_with_desk(given, arguments, work))
    except KeyboardInterrupt:
        return exits.interrupted()
    except Refused as error:
        return _fail(arguments, error.code, str(error))
    except BrokenPipeError:
        raise  # whoever read has gone: `main` ends quietly
    except ClientError as error:
        return _fail(arguments, exit_code(error), sentence(error))
    except OSError as error:
        return _fail(arguments, exits.TRY_AGAIN, f"{error.strerror or error}: {error.filename or ''}")


async def _with_desk(given: Access, arguments: argparse.Namespace, work: Work) -> int:
    desk, organization = ScriptDesk(given, patience=arguments.patience), arguments.organization
    try:
        if organization and (found := (await desk.me())["organization"]["slug"]) != organization:
            raise Refused(
                tr(
                    "This session is one of {found}, not of {organization}.",
                    found=found,
                    organization=organization,
                ),
                exits.DENIED,
            )
        return await work(desk, given)
    finally:
        await desk.close()


def _fail(arguments: argparse.Namespace, code: int, words: str) -> int:
    return exits.fail(code, f"deskterm {arguments.verb}: {words}")


def names_of(given: list[str]) -> list[str]:
    """The conversations that are named, those of standard input where `-` stands, each once."""
    names: list[str] = []
    for each in given:
        names += [_named(line.strip()) for line in sys.stdin if line.strip()] if each == "-" else [each]
    return list(dict.fromkeys(names))


def _named(line: str) -> str:
    """A number or an id; also that of a whole conversation, as `-o jsonl` has it."""
    if not line.startswith("{"):
        return line
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError):
        return line
