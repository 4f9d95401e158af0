"""`deskterm doctor`: what this terminal, this machine and the server are like, and what to do about it."""

import argparse
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.cli import exits
from deskterm.cli.say import say

if TYPE_CHECKING:
    from deskterm.terminal.findings import Finding

#: The exit code if something needs to be done.
PROBLEMS = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at."""
    parser.add_argument("--server", metavar="URL", help="the server to ask (or DESKTERM_SERVER)")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="also a server's data folder (the usual one if there is one)"
    )
    parser.add_argument("--database", metavar="URL", help="also a PostgreSQL database, postgresql://…")
    parser.add_argument(
        "--try",
        dest="attempt",
        action="store_true",
        help="also ring, notify, set the title and copy, one after the other",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each thing; answers 1 if one of them is a problem."""
    from deskterm.cli.checkup import findings
    from deskterm.cli.doctor_try import attempts
    from deskterm.cli.keys_check import key_findings
    from deskterm.client.local.paths import keys_file, settings_file
    from deskterm.settings.sources import load
    from deskterm.terminal.findings import Verdict, terminal_findings

    settings = load(os.environ, settings_file()).settings
    problems = 0
    for every in (
        terminal_findings(os.environ, _size(), editor=settings.editor),
        findings(arguments.server),
        key_findings(keys_file(), settings.keys),
        _data_findings(arguments.data),
        _database_findings(arguments.database),
        attempts() if arguments.attempt else (),
    ):
        for each in every:
            problems += each.verdict is Verdict.PROBLEM
            say(each.line)
    return PROBLEMS if problems else exits.OK


def _data_findings(said: Path | None) -> Iterable["Finding"]:
    """The server's side, where this machine has one."""
    from deskterm.cli.data import default_data

    data = said or default_data()
    if said is None and not data.exists():
        return ()
    from deskterm.cli.data_check import data_findings

    return data_findings(data.absolute())


def _database_findings(address: str | None) -> Iterable["Finding"]:
    if address is None:
        return ()
    from deskterm.cli.database_check import database_findings

    return database_findings(address)


def _size() -> tuple[int, int] | None:
    for descriptor in (1, 2, 0):
        try:
            size = os.get_terminal_size(descriptor)
        except OSError:
            continue
        return size.columns, size.lines
    return None
