"""`deskterm assign`: give conversations to somebody, take them, or give them back."""

import argparse

from deskterm.cli import exits
from deskterm.cli.script.changing import add_changing_arguments, change
from deskterm.cli.script.running import Refused, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and to whom."""
    add_changing_arguments(parser)
    parser.add_argument(
        "--to", required=True, metavar="WHO", help="me, none, or a colleague's name, e-mail address or id"
    )


def run(arguments: argparse.Namespace) -> int:
    """Assign them; answers the exit code."""
    arguments.verb = "assign"

    async def work(desk: ScriptDesk, _: Access) -> int:
        return await change(desk, arguments, {"assignee_id": await _member(desk, arguments.to)})

    return run_script(arguments, work)


async def _member(desk: ScriptDesk, who: str) -> str | None:
    if who == "none":
        return None
    if who == "me":
        member = (await desk.me())["member"]
        if member is None:
            raise Refused(tr("Nobody assigns anything to you here."), exits.DENIED)
        return str(member["id"])
    wanted = who.lower()
    found = [
        str(each["id"])
        for each in await desk.members()
        if wanted in (each["id"], each["name"].lower(), (each.get("email") or "").lower())
    ]
    if len(found) != 1:
        if not found:
            raise Refused(tr("No colleague is called {who}.", who=who), exits.NOT_FOUND)
        raise Refused(tr("Several colleagues are called {who}.", who=who), exits.INVALID)
    return found[0]
