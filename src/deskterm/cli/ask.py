"""Asking on the terminal for what the command line did not give; a mistyped answer is asked for again."""

import sys
from collections.abc import Callable, Sequence

from deskterm.cli.say import answer_to, complain, secret_answer_to
from deskterm.protocol.wire.people import as_email, as_line
from deskterm.server.common_passwords import is_common
from deskterm.text.words import tr

PASSWORD_MIN = 8
PASSWORD_MAX = 256


class Refused(Exception):
    """What was given cannot be taken; the message says why."""


def ask(given: str | None, label: str, *, email: bool = False) -> str:
    """The option's value, or the answer to a question, cleaned and checked."""

    def checked(text: str) -> str:
        try:
            return as_email(text) if email else as_line(text)
        except ValueError:
            raise Refused(
                tr(
                    "{label}: that is not a valid {what}.",
                    label=label,
                    what=tr("address") if email else tr("name"),
                )
            ) from None

    if given is not None:
        return checked(given)
    if not sys.stdin.isatty():
        raise Refused(tr("{label} is missing, and there is no terminal to ask on.", label=label))
    return _until_right(lambda: checked(answer_to(f"{label}: ")))


def ask_choice(label: str, choices: Sequence[str], default: str) -> str:
    """One of a few words; Enter, or no terminal to ask on, takes the default."""
    if not sys.stdin.isatty():
        return default

    def answer() -> str:
        text = answer_to(f"{label} ({', '.join(choices)}) [{default}]: ").strip().lower() or default
        if text not in choices:
            raise Refused(tr("{label}: that is none of {what}.", label=label, what=", ".join(choices)))
        return text

    return _until_right(answer)


def ask_password(from_stdin: bool) -> str:
    """A new password, typed twice or read from standard input."""
    if from_stdin:
        return _long_enough(sys.stdin.readline().rstrip("\r\n"))
    if not sys.stdin.isatty():
        raise Refused(tr("There is no terminal to ask for a password; give it with --password-stdin."))

    def answer() -> str:
        password = _long_enough(
            secret_answer_to(tr("Password (at least {least} characters): ", least=PASSWORD_MIN))
        )
        if secret_answer_to("Again: ") != password:
            raise Refused(tr("The two passwords differ."))
        return password

    return _until_right(answer)


def _long_enough(password: str) -> str:
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise Refused(
            tr(
                "A password has {least} to {most} characters.",
                least=PASSWORD_MIN,
                most=PASSWORD_MAX,
            )
        )
    if is_common(password):
        raise Refused(tr("This is one of the passwords that are tried first; choose another one."))
    return password


def _until_right(answer: Callable[[], str]) -> str:
    """Ask until the answer can be taken, saying each time what is wrong."""
    while True:
        try:
            return answer()
        except Refused as refusal:
            complain(str(refusal))
        except EOFError:
            raise Refused(tr("Nothing was entered; nothing was changed.")) from None
