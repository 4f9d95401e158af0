"""What `deskterm doctor` finds outside the terminal: where tokens go, who may read our files, the server."""

import asyncio
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from deskterm import __version__
from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import Credentials
from deskterm.client.accounts.entrance import Entrance, Wish, probe
from deskterm.client.accounts.keyring_store import KeyringStore
from deskterm.client.accounts.known import Account
from deskterm.client.accounts.stores import StoreError
from deskterm.client.errors import ClientError
from deskterm.client.local.paths import config_folder, log_file, settings_file, state_folder
from deskterm.settings.sources import load
from deskterm.terminal.findings import Finding, Verdict

#: Seconds for the server to answer.
PATIENCE = 10.0
_POSIX = os.name == "posix"


def findings(server: str | None) -> Iterable[Finding]:
    """Everything but the terminal; `server` is as typed."""
    credentials = Credentials()
    yield _keyring()
    yield Finding("a token would be kept in", credentials.describe())
    yield from _files()
    yield from _settings()
    yield _log()
    yield from _server(server, credentials)


def _keyring() -> Finding:
    try:
        return Finding("keyring", KeyringStore().backend())
    except StoreError as error:
        return Finding("keyring", str(error), Verdict.NOTE, "tokens go into a file that only you may read")


def _files() -> Iterable[Finding]:
    """Folders and what is in them: nobody else may read there."""
    for folder in dict.fromkeys((config_folder(), state_folder())):
        if not folder.exists():
            yield Finding("files", f"{folder} is not there yet")
            continue
        open_to_others = [each for each in (folder, *sorted(folder.glob("*"))) if _readable_by_others(each)]
        for each in open_to_others:
            mode = "700" if each.is_dir() else "600"
            yield Finding("files", f"others may read {each}", Verdict.PROBLEM, f"chmod {mode} {each}")
        if not open_to_others:
            yield Finding("files", f"{folder} is yours alone")


def _readable_by_others(path: Path) -> bool:
    """A folder that is shut shuts off what is in it, but tokens are not read from a file that is not."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return _POSIX and not stat.S_ISLNK(found.st_mode) and not path.is_socket() and bool(found.st_mode & 0o077)


def _settings() -> Iterable[Finding]:
    """The file of settings: each line of it that does not count."""
    path = settings_file()
    problems = load(os.environ, path).problems
    for each in problems:
        yield Finding("settings", each, Verdict.PROBLEM, f"put it right in {path}, or by g s in the console")
    if not problems:
        yield Finding("settings", f"{path}" if path.exists() else f"{path} (not there: defaults)")


def _log() -> Finding:
    path = log_file()
    try:
        size = path.stat().st_size
    except OSError:
        return Finding("log", f"{path} (nothing was written yet)")
    return Finding("log", f"{path} ({size} bytes)")


def _server(said: str | None, credentials: Credentials) -> Iterable[Finding]:
    entrance = Entrance(Wish(server=said), credentials)
    known, chosen = entrance.known(), entrance.chosen()
    if not known.server:
        yield Finding("server", "none is known here", Verdict.NOTE, "name one with --server URL")
        return
    try:
        address = normalise(known.server)
        version = asyncio.run(asyncio.wait_for(probe(address), PATIENCE))
    except ClientError as error:
        yield Finding("server", known.server, Verdict.PROBLEM, error.sentence)
        return
    except TimeoutError:
        todo = f"it does not answer within {PATIENCE:g} s; look at the network"
        yield Finding("server", known.server, Verdict.PROBLEM, todo)
        return
    if version == __version__:
        yield Finding("server", f"{address}, version {version}, the same as here")
    else:
        todo = f"this is {__version__}; that works, and the same version is better"
        yield Finding("server", f"{address}, version {version}", Verdict.NOTE, todo)
    yield _signed_in(chosen.account if chosen else Account(address, known.email), credentials)


def _signed_in(account: Account, credentials: Credentials) -> Finding:
    found = credentials.find(account)
    if found is None:
        return Finding("signed in", "not here", Verdict.NOTE, "sign in with deskterm login")
    who = account.email or "somebody"
    return Finding("signed in", f"{who}, by a token from {found.where}")
