"""`deskterm escalate`: ask for help with conversations, or say that it has come."""

import argparse

from deskterm.cli.script.changing import add_changing_arguments, change
from deskterm.cli.script.running import run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and why."""
    add_changing_arguments(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", metavar="TEXT", help="why")
    what.add_argument("--clear", action="store_true", help="it needs no more help")


def run(arguments: argparse.Namespace) -> int:
    """Change them; answers the exit code."""
    arguments.verb = "escalate"
    patch = (
        {"escalated": False} if arguments.clear else {"escalated": True, "escalated_reason": arguments.reason}
    )

    async def work(desk: ScriptDesk, _: Access) -> int:
        return await change(desk, arguments, patch)

    return run_script(arguments, work)
