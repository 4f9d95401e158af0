"""`deskterm demo`: a server with demo data and the console, gone at exit."""

import argparse
import contextlib
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.cli import exits
from deskterm.cli.start import open_console
from deskterm.protocol.demo import PEOPLE, DemoPerson
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.accounts.entrance import Wish

#: Who comes in at a second terminal, for example.
_GUEST = "john.doe@example.com"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `deskterm demo`."""
    parser.add_argument(
        "--as",
        dest="email",
        metavar="EMAIL",
        help="who to be, by address or name (the beginning is enough); joins a demo that runs already",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep everything in this folder")


def run(arguments: argparse.Namespace) -> int:
    """Join the demo that runs, or run one; answers the exit code."""
    from deskterm.cli.demo_server import DemoFailed, demo_server, make_folder, running_demo

    person = _person(arguments.email) if arguments.email else None
    if arguments.email and person is None:
        people = "\n".join(f"  {each.email:<24}{each.name}" for each in PEOPLE)
        return exits.fail(
            exits.USAGE,
            tr(
                "Nobody in the demo is called “{email}”. There are:\n{people}",
                email=arguments.email,
                people=people,
            ),
        )
    running = running_demo(arguments.data)
    folder = running[0] if running else make_folder(arguments.data)
    with contextlib.ExitStack() as stack:
        stack.callback(folder.sweep)

        def wish() -> "Wish":
            from deskterm.client.accounts.entrance import Wish

            url = running[1] if running else stack.enter_context(demo_server(folder))
            people = () if person else PEOPLE
            return Wish(server=url, person=person, people=people, join=join_command(arguments.data))

        words = tr("joining the demo …") if running else tr("starting the demo …")
        try:
            return open_console(wish, home=folder.home, words=words, passing=folder.passing)
        except DemoFailed as error:
            return exits.fail(exits.TRY_AGAIN, str(error))


def join_command(data: Path | None) -> str:
    """What to type in a second terminal to come in as somebody else."""
    command = "deskterm" if shutil.which("deskterm") else shlex.quote(str(Path(sys.argv[0]).absolute()))
    where = f" --data {shlex.quote(str(data.absolute()))}" if data else ""
    return f"{command} demo{where} --as {_GUEST}"


def _person(email: str) -> DemoPerson | None:
    """The one whose address is `email`, or whose address or name begins so and no other's does."""
    wanted = email.strip().lower()
    exact = [each for each in PEOPLE if each.email == wanted]
    starting = [
        each for each in PEOPLE if each.email.startswith(wanted) or each.name.lower().startswith(wanted)
    ]
    found = exact or starting
    return found[0] if len(found) == 1 else None
