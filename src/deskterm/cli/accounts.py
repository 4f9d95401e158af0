"""`deskterm accounts`: where one is signed in, and where each token is kept."""

import argparse

from deskterm.cli import exits
from deskterm.client.accounts import Accounts
from deskterm.text.safe import safe_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(arguments: argparse.Namespace) -> int:
    """Print one line per account, the one used last first; answers the exit code."""
    known = Accounts().all()
    if not known:
        return exits.fail(exits.NOT_FOUND, "No account is known here. Sign in with `deskterm login`.")
    for each in known:
        kept = f"token in {each.store}" if each.store else "signed out"
        line = f"{each.account.email}  {each.account.server}  {kept}"
        print(safe_line(line + (f"  {each.name}" if each.name else ""), None))
    return exits.OK
