"""`deskterm assign`: give conversations to somebody, take them, or give them back."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

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
        "--to",
        required=True,
        metavar="WHO",
        help="me, none, or a colleague's name, a word of it, e-mail address or id",
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
    members = await desk.members()
    found = _called(members, who) or _with_the_word(members, who)
    if len(found) != 1:
        if not found:
            raise Refused(tr("No colleague is called {who}.", who=who), exits.NOT_FOUND)
        raise Refused(tr("Several colleagues are called {who}.", who=who), exits.INVALID)
    return found[0]


def _called(members: Sequence[Mapping[str, Any]], who: str) -> list[str]:
    """Whose name, address or id it is."""
    wanted = who.casefold()
    return [
        str(each["id"])
        for each in members
        if wanted in (each["id"], each["name"].casefold(), (each.get("email") or "").casefold())
    ]


def _with_the_word(members: Sequence[Mapping[str, Any]], who: str) -> list[str]:
    """Who has this word in their name, as `assignee:` in a filter takes it; nobody who is disabled."""
    return [
        str(each["id"])
        for each in members
        if who.casefold() in each["name"].casefold().split() and not each.get("disabled")
    ]
