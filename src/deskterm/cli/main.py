"""The `deskterm` command: one table of verbs, of which only the chosen one is imported.

A verb is a module with `add_arguments(parser)` and `run(arguments) -> int`. Exit codes are those of
`deskterm.cli.exits`.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from deskterm import __version__
from deskterm.cli import exits
from deskterm.cli.say import say


class Verb(NamedTuple):
    """A word after `deskterm` and the module that does it."""

    module: str
    help: str


CONSOLE = Verb("console", "open the console (the same as no verb)")
VERBS: dict[str, Verb] = {
    "console": CONSOLE,
    "demo": Verb("demo", "try deskterm: a server with demo data and the console, gone at exit"),
    "chat": Verb("chat", "the customers' screen: one conversation with support"),
    "login": Verb("login", "sign in and remember it"),
    "join": Verb("join", "come in by the token of an invitation, a reset or an e-mail about replies"),
    "invite": Verb("invite", "ask somebody into the organization"),
    "contacts": Verb("contacts", "bring in contacts from a CSV file"),
    "erase": Verb("erase", "erase one person: what they wrote, files, notes, all that is known of them"),
    "logout": Verb("logout", "sign out and forget it"),
    "accounts": Verb("accounts", "list where you are signed in"),
    "doctor": Verb("doctor", "look at this terminal, the keyring, the files and the server"),
    "reset": Verb("reset", "make a terminal usable again after a crash"),
    "list": Verb("script.listing", "print conversations, as a table, JSON or CSV"),
    "show": Verb("script.show", "print a conversation with its messages"),
    "reply": Verb("script.reply", "answer a conversation; the text may come through a pipe"),
    "note": Verb("script.note", "write an internal note"),
    "assign": Verb("script.assign", "give conversations to somebody, or back"),
    "status": Verb("script.status", "resolve, reopen, snooze, close conversations"),
    "tag": Verb("script.tag", "put tags on conversations, or take them off"),
    "escalate": Verb("script.escalate", "ask for help with conversations"),
    "keys": Verb("script.keys", "make, list and revoke API keys"),
    "widget": Verb("script.widget", "let a website show the chat, and print the line to paste there"),
    "webhooks": Verb("script.webhooks", "send events to other programs, look what was sent, send again"),
    "tail": Verb("script.following", "print what happens as it happens, as JSON lines"),
    "serve": Verb("serve", "run the server"),
    "backup": Verb("backup", "write a verified copy of a server's database, while it runs or not"),
    "retention": Verb("retention", "archive and erase what is old enough, or say what would be"),
    "restore": Verb("restore", "put a backup in the database's place"),
    "export": Verb("export", "write one organization as an archive"),
    "import": Verb("import_", "make the organization of an archive"),
    "db copy": Verb("db_copy", "move a server's whole database to PostgreSQL, or back"),
    "route": Verb("script.route", "say why a conversation goes to whom it goes"),
    "import legacy-chat": Verb("import_legacy", "bring over people and messages of an older chat"),
    "mail": Verb("mail", "try whether a server can send e-mail"),
    "forgot": Verb("forgot", "have a token mailed that sets a new password"),
    "init": Verb("init", "make the first organization and its admin"),
    "user": Verb("users", "add people and set passwords"),
}


#: Verbs that speak English: one that helps whatever is broken, and one whose console sees to that itself.
ENGLISH = frozenset({"reset", "demo"})


def run(argv: Sequence[str]) -> int:
    """Parse and do; never raises for what a user can get wrong."""
    words = list(argv)
    verb = _taken_from(words)
    if verb is None and words and not words[0].startswith("-"):
        help_ = "`deskterm --help` lists them"
        if "://" in words[0]:
            help_ = f"`deskterm --server {words[0]}` signs in there"
        return exits.fail(exits.USAGE, f"deskterm: there is no verb “{words[0]}”; {help_}.")
    if verb is None and any(word in ("-h", "--help") for word in words):
        say(_overview())
        return exits.OK
    module = importlib.import_module(f"deskterm.cli.{(VERBS[verb] if verb else CONSOLE).module}")
    parser = _Parser(
        prog=f"deskterm {verb}" if verb else "deskterm", description=VERBS[verb].help if verb else None
    )
    if verb is None:
        parser.add_argument("--version", action="version", version=f"deskterm {__version__}")
    if verb is not None and verb not in ENGLISH:
        speak()
    module.add_arguments(parser)
    try:
        arguments = parser.parse_args(words)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        code: int = module.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has gone, as `head` does; what is buffered must not be tried again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    except KeyboardInterrupt:
        return exits.interrupted()
    except OSError as error:
        return exits.refused(error, parser.prog)
    return code


def _taken_from(words: list[str]) -> str | None:
    """The verb of one or two words that they begin with, taken away from them."""
    for count in (2, 1):
        verb = " ".join(words[:count])
        if verb in VERBS:
            del words[:count]
            return verb
    return None


def speak() -> None:
    """Take the language of the settings, else of the system."""
    from deskterm.client.local.paths import settings_file
    from deskterm.settings.sources import load
    from deskterm.text import words

    file = settings_file()
    words.use(load(os.environ, file).settings.language, os.environ, words.catalogues(file))


class _Parser(argparse.ArgumentParser):
    """Complains as all verbs do: what was typed may have been pasted from anywhere."""

    def error(self, message: str) -> NoReturn:
        """Say how it is used and what is wrong, and end."""
        self.print_usage(sys.stderr)
        raise SystemExit(exits.fail(exits.USAGE, f"{self.prog}: error: {message}"))


def _overview() -> str:
    width = max(map(len, VERBS)) + 2
    verbs = "\n".join(f"  {name:<{width}}{verb.help}" for name, verb in VERBS.items())
    return (
        "deskterm — customer support in your terminal\n\n"
        "usage: deskterm [verb] [options]        `deskterm VERB --help` tells the options of a verb\n\n"
        f"{verbs}\n\n"
        "  --server URL          the server to talk to (or DESKTERM_SERVER)\n"
        "  --organization SLUG   for people in several organizations\n"
        "  --version             which deskterm this is\n"
    )
