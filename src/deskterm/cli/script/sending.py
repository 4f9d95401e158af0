"""What `deskterm reply` and `deskterm note` do: send one message, once, however often that takes."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import say
from deskterm.cli.script.attaching import read_files
from deskterm.cli.script.output import put_json
from deskterm.cli.script.running import Refused, add_common_arguments, run_script
from deskterm.client.errors import ClientError
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.client.script.unanswered import Unanswered
from deskterm.protocol.ids import UUID_PATTERN, IdSource
from deskterm.text.words import tr

BODY_LIMIT = 10_000


def add_sending_arguments(parser: argparse.ArgumentParser) -> None:
    """Into which conversation, and what."""
    parser.add_argument("conversation", metavar="CONVERSATION", help="a number or an id")
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="the message; without it standard input is read"
    )
    parser.add_argument(
        "--attach",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a file that goes with it; several times for several",
    )
    parser.add_argument("--id", type=_id, help="the message's own id, to send again what may have arrived")
    parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
    add_common_arguments(parser, "table", "json")


def send(arguments: argparse.Namespace, **fields: Any) -> int:
    """Send; answers the exit code. 75 means: again, and it will be there once."""

    async def work(desk: ScriptDesk, given: Access) -> int:
        files: list[Path] = arguments.attach
        contents = await asyncio.to_thread(read_files, files)
        body = "" if files and not arguments.text else _body(arguments.text)
        conversation = await desk.find(arguments.conversation)
        if persona := getattr(arguments, "persona", None):
            fields["persona_id"] = await _persona(desk, persona)
        message = {"body": body, **fields}
        unanswered = Unanswered(given, conversation["id"], message | ({"files": contents} if files else {}))
        if arguments.dry_run:
            _tell(arguments.output, tr("would be sent to"), conversation, message, files)
            return exits.OK
        message["id"] = arguments.id or unanswered.id_or(IdSource().new())
        try:
            if files:
                keys = [f"{message['id']}-{place}" for place in range(len(files))]
                message["attachment_ids"] = [
                    await desk.upload(*each) for each in zip(files, keys, strict=True)
                ]
            sent = await desk.send(conversation["id"], message)
        except ClientError as error:
            if error.passing:
                say("It may have arrived or not; the same command again sends it once.", stream=sys.stderr)
            else:
                unanswered.answered()
            raise
        unanswered.answered()
        _tell(
            arguments.output,
            tr("was there already in") if sent.get("replayed") else tr("sent to"),
            conversation,
            sent,
            files,
        )
        return exits.OK

    return run_script(arguments, work)


def _body(words: list[str]) -> str:
    """The words, or all of standard input without its last line end."""
    raw = " ".join(words) if words else sys.stdin.buffer.read().decode("utf-8", "replace").removesuffix("\n")
    if not raw.strip():
        raise Refused(tr("There is nothing to send."))
    if len(raw) > BODY_LIMIT:
        raise Refused(
            tr(
                "A message has at most {most} characters, this one {count}.",
                most=f"{BODY_LIMIT:,}",
                count=f"{len(raw):,}",
            )
        )
    return raw


async def _persona(desk: ScriptDesk, name: str) -> str:
    found = [each for each in await desk.personas() if name in (each["id"], each["name"])]
    if len(found) != 1:
        raise Refused(tr("There is no persona {name} that you may use.", name=name), exits.NOT_FOUND)
    return str(found[0]["id"])


def _tell(
    output: str, what: str, conversation: dict[str, Any], message: dict[str, Any], files: Sequence[Path]
) -> None:
    if output == "json":
        put_json(message)
    else:
        shown = [*message["body"].splitlines()[:1], *(f"[{each.name}]" for each in files)]
        say(f"{what} #{conversation['number']}: {' '.join(shown)[:60]}")


def _id(text: str) -> str:
    if not UUID_PATTERN.fullmatch(text):
        raise argparse.ArgumentTypeError("a UUID in lower case")
    return text
