"""Asking on the terminal for what the command line did not give."""

import getpass
import sys

from deskterm.protocol.wire.people import as_email, as_line

PASSWORD_MIN = 8
PASSWORD_MAX = 256


class Refused(Exception):
    """What was given cannot be taken; the message says why."""


def ask(given: str | None, label: str, *, email: bool = False) -> str:
    """The option's value, or the answer to a question, cleaned and checked."""
    if given is None:
        if not sys.stdin.isatty():
            raise Refused(f"{label} is missing, and there is no terminal to ask on.")
        given = input(f"{label}: ")
    try:
        return as_email(given) if email else as_line(given)
    except ValueError:
        raise Refused(f"{label}: that is not a valid {'address' if email else 'name'}.") from None


def ask_password(from_stdin: bool) -> str:
    """A new password, typed twice or read from standard input."""
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("Password: ")
        if getpass.getpass("Again: ") != password:
            raise Refused("The two passwords differ.")
    else:
        raise Refused("There is no terminal to ask for a password; give it with --password-stdin.")
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Refused(f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters.")
    return password
