"""`deskterm list`: conversations, by the same words as everywhere."""

import argparse

from deskterm.cli import exits
from deskterm.cli.script.output import FORMATS, Columns, minute, put_rows
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk

COLUMNS: Columns = {
    "number": lambda row: row["number"],
    "status": lambda row: row["status"],
    "priority": lambda row: row.get("priority"),
    "assignee": lambda row: (row.get("assignee") or {}).get("name"),
    "contact": lambda row: (row.get("contact") or {}).get("name"),
    "waiting since": lambda row: minute(row.get("waiting_since")),
    "unread": lambda row: row["unread"],
    "tags": lambda row: row.get("tags", []),
    "subject": lambda row: row["subject"] or row["preview"],
}
_FILTERS = {
    "status": "open, pending, snoozed, resolved, closed; several with commas, as in all of these",
    "assignee": "me, none, or ids of members",
    "priority": "low, normal, high, urgent",
    "tag": "a tag",
    "source": "customer, lead, widget, api, email, console",
    "kind": "support (if not said), direct, personal, group",
    "contact-id": "the contact's id",
    "escalated": "true or false",
    "archived": "true or false (if not said)",
    "sort": "-last_message_at (if not said), -updated_at, waiting_since, -priority, created_at",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which conversations, and how many."""
    parser.add_argument("words", nargs="*", metavar="FILTER", help="such as status:open assignee:me refund")
    parser.add_argument("-q", metavar="FILTER", help="the same as one word")
    for name, help_ in _FILTERS.items():
        parser.add_argument(f"--{name}", metavar="WHICH", help=help_)
    parser.add_argument("--limit", type=_from_one, metavar="N", help="at most so many (default: all)")
    add_common_arguments(parser, *FORMATS)


def run(arguments: argparse.Namespace) -> int:
    """Print them; answers the exit code."""
    arguments.verb = "list"
    query = {name.replace("-", "_"): getattr(arguments, name.replace("-", "_")) for name in _FILTERS}
    words = " ".join([*arguments.words, *([arguments.q] if arguments.q else [])])
    given = {name: value for name, value in {**query, "q": words}.items() if value}

    async def work(desk: ScriptDesk, _: Access) -> int:
        await put_rows(desk.conversations(given, arguments.limit), COLUMNS, arguments.output)
        return exits.OK

    return run_script(arguments, work)


def _from_one(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("a number from 1")
    return int(text)
