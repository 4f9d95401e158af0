"""`deskterm widget`: let a website show the chat, and print the line to paste into its pages."""

import argparse
from datetime import UTC, datetime

from deskterm.cli import exits
from deskterm.cli.say import complain, emit
from deskterm.cli.script.output import put_json
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import Json, ScriptDesk
from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.widget import script_line
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm widget [URL …]`."""
    parser.add_argument("website", nargs="*", metavar="URL", help="as in https://acme.example")
    add_common_arguments(parser, "text", "json")


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    arguments.verb = "widget"

    async def do(desk: ScriptDesk, access: Access) -> int:
        websites = await _allow(desk, arguments.website)
        key = await _key(desk)
        if not websites and not key["allowed_origins"]:
            complain("No website is named that may show it: deskterm widget https://acme.example")
        line = script_line(access.server, key["key"])
        if arguments.output == "json":
            put_json({"script": line, "key": key["key"], "websites": websites})
        else:
            emit(line)
        return exits.OK

    return run_script(arguments, do)


async def _allow(desk: ScriptDesk, more: list[str]) -> list[str]:
    """Name these websites too; answers all."""
    held = (await desk.organization())["settings"]["widget"]["origins"]
    wanted = [*held, *(each.rstrip("/") for each in more)]
    if not more:
        return list(held)
    changed = await desk.change_organization({"widget": {"origins": list(dict.fromkeys(wanted))}})
    return list(changed["settings"]["widget"]["origins"])


async def _key(desk: ScriptDesk) -> Json:
    """A publishable key that works, made if there is none."""
    now = datetime.now(UTC)
    async for each in desk.api_keys():
        ends = each["expires_at"]
        if each["key"] and (ends is None or datetime.fromisoformat(ends) > now):
            return each
    return await desk.make_api_key({"kind": KeyKind.PUBLISHABLE, "name": tr("Website")})
