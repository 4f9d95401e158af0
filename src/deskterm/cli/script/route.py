"""`deskterm route explain`: why a conversation goes to whom it goes, or to nobody."""

import argparse
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import emit
from deskterm.cli.script.output import put_json
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.safe import safe_line
from deskterm.text.width import cells, fit

Json = dict[str, Any]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm route explain CONVERSATION`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="explain")
    explain = verbs.add_parser("explain", help="say who would get a conversation now, and why")
    explain.add_argument("conversation", metavar="CONVERSATION", help="a number or an id")
    add_common_arguments(explain, "table", "json")


def run(arguments: argparse.Namespace) -> int:
    """Print it; nothing is changed by that."""
    arguments.verb = "route"

    async def work(desk: ScriptDesk, _: Access) -> int:
        conversation = await desk.find(arguments.conversation)
        routing = await desk.routing(conversation["id"])
        if arguments.output == "json":
            put_json(routing)
        else:
            _tell(routing)
        return exits.OK

    return run_script(arguments, work)


def _tell(routing: Json) -> None:
    chosen = safe_line(routing["chosen"]["name"], None) if routing["chosen"] else "nobody"
    reason = safe_line(routing["reason"], None)
    emit(f"#{routing['number']} ({routing['assignment']}): {chosen}. {reason}")
    names = [safe_line(each["name"], None) for each in routing["agents"]]
    width = max(map(cells, names), default=0)
    for name, each in zip(names, routing["agents"], strict=True):
        emit(f"  {fit(name, width)}  {safe_line(each['reason'], None)}")
