"""`deskterm show`: one conversation with its last messages."""

import argparse
from collections.abc import AsyncIterator
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import emit
from deskterm.cli.script.output import FORMATS, Columns, minute, put_json, put_rows
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.safe import safe, safe_line

Json = dict[str, Any]
COLUMNS: Columns = {
    "at": lambda row: minute(row["created_at"]),
    "author": lambda row: _author(row),
    "visibility": lambda row: row.get("visibility", "public"),
    "kind": lambda row: row["kind"],
    "body": lambda row: row["body"],
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which conversation, and how much of it."""
    parser.add_argument("conversation", metavar="CONVERSATION", help="a number or an id")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="so many of the last messages")
    add_common_arguments(parser, *FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Print it: JSON is {conversation, messages}, JSON lines and CSV are the messages."""
    arguments.verb = "show"

    async def work(desk: ScriptDesk, _: Access) -> int:
        conversation = await desk.find(arguments.conversation)
        messages = await desk.messages(conversation["id"], arguments.limit)
        if arguments.output == "json":
            put_json({"conversation": conversation, "messages": messages})
        elif arguments.output == "table":
            _tell(conversation, messages)
        else:
            await put_rows(_each(messages), COLUMNS, arguments.output)
        return exits.OK

    return run_script(arguments, work)


async def _each(rows: list[Json]) -> AsyncIterator[Json]:
    for row in rows:
        yield row


def _tell(conversation: Json, messages: list[Json]) -> None:
    facts = {
        "subject": conversation["subject"],
        "status": conversation["status"],
        "priority": conversation.get("priority"),
        "contact": (conversation.get("contact") or {}).get("name"),
        "assignee": (conversation.get("assignee") or {}).get("name"),
        "waiting since": minute(conversation.get("waiting_since")),
        "tags": ", ".join(conversation.get("tags", [])),
        "escalated": conversation.get("escalated_reason"),
        "id": conversation["id"],
    }
    emit(f"#{conversation['number']}")
    for name, value in facts.items():
        if value:
            emit(f"{name}: {safe_line(str(value), None)}")
    for message in messages:
        note = " (note)" if message.get("visibility") == "internal" else ""
        emit(f"\n{minute(message['created_at'])} {safe_line(_author(message), None)}{note}")
        emit(safe("(deleted)" if message["deleted"] else message["body"]))


def _author(message: Json) -> str:
    return str(message["author"]["name"] or message["kind"])
