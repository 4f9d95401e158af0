"""`deskterm reset`: make a terminal usable again that a killed program left in disorder."""

import argparse
import contextlib
import os

from deskterm.cli import exits
from deskterm.cli.say import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Write the restore sequences to the terminal; answers the exit code.

    It is the terminal of this process, wherever its output goes: it may be typed blindly, in the middle of
    something.
    """
    from deskterm.terminal.restore import reset

    with contextlib.ExitStack() as stack:
        try:
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
            stack.callback(os.close, terminal)
        except OSError:
            terminal = next((each for each in (1, 2, 0) if os.isatty(each)), 1)
        try:
            reset(terminal)
        except OSError as error:
            why = error.strerror or str(error)
            return exits.fail(exits.USAGE, f"deskterm reset: there is no terminal to reset here ({why}).")
    say("The terminal is reset. If it still looks wrong, type: stty sane; tput reset")
    return exits.OK
