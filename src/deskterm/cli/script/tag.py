"""`deskterm tag`: put tags on conversations, and take them off."""

import argparse

from deskterm.cli import exits
from deskterm.cli.script.changing import add_changing_arguments, change
from deskterm.cli.script.running import Refused, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.words import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and which tags."""
    add_changing_arguments(parser)
    parser.add_argument("--add", action="append", default=[], metavar="TAG", help="several with commas")
    parser.add_argument("--remove", action="append", default=[], metavar="TAG", help="several with commas")


def run(arguments: argparse.Namespace) -> int:
    """Change them; answers the exit code."""
    arguments.verb = "tag"
    patch = {"add_tags": _tags(arguments.add), "remove_tags": _tags(arguments.remove)}
    given = {name: tags for name, tags in patch.items() if tags}

    async def work(desk: ScriptDesk, _: Access) -> int:
        if not given:
            raise Refused(tr("Say --add or --remove."), exits.USAGE)
        return await change(desk, arguments, given)

    return run_script(arguments, work)


def _tags(given: list[str]) -> list[str]:
    return [tag.strip() for each in given for tag in each.split(",") if tag.strip()]
