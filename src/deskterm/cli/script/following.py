"""`deskterm tail`: the live stream as JSON lines, which goes on where it stopped."""

import argparse
import asyncio
import os
import stat
import sys
from pathlib import Path
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import complain
from deskterm.cli.script.output import put_json
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.local.private_file import write_text
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk

Json = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to tell, and from where on."""
    parser.add_argument(
        "--cursor-file",
        type=Path,
        metavar="FILE",
        help="go on from the position in it, and write each new one there once its event is printed: after a"
        " crash the last one may come again, none is left out",
    )
    parser.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="KIND",
        help="only these, such as message.created or conversation; several with commas",
    )
    parser.add_argument("--conversation", metavar="CONVERSATION", help="only of this one, by number or id")
    parser.add_argument("--once", action="store_true", help="end when everything until now is told")
    add_common_arguments(parser, "jsonl")


def run(arguments: argparse.Namespace) -> int:
    """Print {cursor, kind, data} a line until it is stopped; answers the exit code.

    A line of kind `gap` says that the log did not reach back to the position, so that events may be missing.
    """
    arguments.verb = "tail"

    async def work(desk: ScriptDesk, given: Access) -> int:
        wanted = (await desk.find(arguments.conversation))["id"] if arguments.conversation else None
        telling = asyncio.ensure_future(_tell(given, arguments, wanted))
        with_reader = asyncio.ensure_future(_reader_gone())
        done, _ = await asyncio.wait((telling, with_reader), return_when=asyncio.FIRST_COMPLETED)
        with_reader.cancel()
        if telling in done:
            return telling.result()
        telling.cancel()
        return exits.OK

    return run_script(arguments, work)


async def _tell(given: Access, arguments: argparse.Namespace, conversation_id: str | None) -> int:
    from deskterm.client.script.tail import GAP, Tail

    file: Path | None = arguments.cursor_file
    kinds = {kind.strip() for each in arguments.kind for kind in each.split(",")}
    written = _read(file)
    async for told in Tail(given, written).told():
        for kind, data in told.events:
            if kind == GAP:
                complain("deskterm tail: the log does not reach back so far; events may be missing.")
            if kind == GAP or (_is_wanted(kind, kinds) and _is_of(data, conversation_id)):
                put_json({"cursor": told.cursor, "kind": kind, "data": data})
        if file is not None and told.cursor != written:
            await asyncio.to_thread(write_text, file, told.cursor + "\n")
            written = told.cursor
        if told.live and arguments.once:
            return exits.OK
    return exits.OK


def _read(file: Path | None) -> str | None:
    if file is None or not file.exists():
        return None
    return file.read_text(encoding="utf-8").strip() or None


def _is_wanted(kind: str, kinds: set[str]) -> bool:
    return not kinds or kind in kinds or kind.partition(".")[0] in kinds


def _is_of(data: Json, conversation_id: str | None) -> bool:
    """Whether an event is about that conversation."""
    if conversation_id is None or data.get("conversation_id") == conversation_id:
        return True
    inside = (data.get("conversation"), data.get("message"), data.get("ticket"), data.get("assignment"))
    return any(
        each is not None and conversation_id in (each.get("id"), each.get("conversation_id"))
        for each in inside
    )


async def _reader_gone() -> None:
    """Wait until whoever reads our output has closed the pipe; for ever where it is none."""
    gone, loop = asyncio.Event(), asyncio.get_running_loop()
    descriptor = sys.stdout.fileno()
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode) and sys.platform.startswith("linux"):
        loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
