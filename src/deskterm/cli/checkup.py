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
from deskterm.text.words import tr

#: Seconds for the server to answer.
PATIENCE = 10.0
_POSIX = os.name == "posix"


def findings(server: str | None) -> Iterable[Finding]:
    """Everything but the terminal; `server` is as typed."""
    credentials = Credentials()
    yield _keyring()
    yield Finding(tr("a token would be kept in"), credentials.describe())
    yield from _files()
    yield from _settings()
    yield _log()
    yield from _server(server, credentials)


def _keyring() -> Finding:
    try:
        return Finding(tr("keyring"), KeyringStore().backend())
    except StoreError as error:
        return Finding(
            tr("keyring"), str(error), Verdict.NOTE, tr("tokens go into a file that only you may read")
        )


def _files() -> Iterable[Finding]:
    """Folders and what is in them: nobody else may read there."""
    for folder in dict.fromkeys((config_folder(), state_folder())):
        if not folder.exists():
            yield Finding(tr("files"), tr("{folder} is not there yet", folder=folder))
            continue
        open_to_others = [each for each in (folder, *sorted(folder.glob("*"))) if _readable_by_others(each)]
        for each in open_to_others:
            mode = "700" if each.is_dir() else "600"
            yield Finding(
                tr("files"), tr("others may read {path}", path=each), Verdict.PROBLEM, f"chmod {mode} {each}"
            )
        if not open_to_others:
            yield Finding(tr("files"), tr("{folder} is yours alone", folder=folder))


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
        yield Finding(
            tr("settings"),
            each,
            Verdict.PROBLEM,
            tr("put it right in {path}, or by g s in the console", path=path),
        )
    if not problems:
        yield Finding(
            tr("settings"), f"{path}" if path.exists() else tr("{path} (not there: defaults)", path=path)
        )


def _log() -> Finding:
    path = log_file()
    try:
        size = path.stat().st_size
    except OSError:
        return Finding(tr("log"), tr("{path} (nothing was written yet)", path=path))
    return Finding(tr("log"), tr("{path} ({size} bytes)", path=path, size=size))


def _server(said: str | None, credentials: Credentials) -> Iterable[Finding]:
    entrance = Entrance(Wish(server=said), credentials)
    known, chosen = entrance.known(), entrance.chosen()
    if not known.server:
        yield Finding(tr("server"), tr("none is known here"), Verdict.NOTE, tr("name one with --server URL"))
        return
    try:
        address = normalise(known.server)
        version = asyncio.run(asyncio.wait_for(probe(address), PATIENCE))
    except ClientError as error:
        yield Finding(tr("server"), known.server, Verdict.PROBLEM, error.sentence)
        return
    except TimeoutError:
        todo = tr("it does not answer within {seconds} s; look at the network", seconds=f"{PATIENCE:g}")
        yield Finding(tr("server"), known.server, Verdict.PROBLEM, todo)
        return
    if version == __version__:
        yield Finding(
            tr("server"), tr("{server}, version {version}, the same as here", server=address, version=version)
        )
    else:
        todo = tr("this is {version}; that works, and the same version is better", version=__version__)
        yield Finding(
            tr("server"),
            tr("{server}, version {version}", server=address, version=version),
            Verdict.NOTE,
            todo,
        )
    yield _signed_in(chosen.account if chosen else Account(address, known.email), credentials)


def _signed_in(account: Account, credentials: Credentials) -> Finding:
    found = credentials.find(account)
    if found is None:
        return Finding(tr("signed in"), tr("not here"), Verdict.NOTE, tr("sign in with deskterm login"))
    who = account.email or tr("somebody")
    return Finding(tr("signed in"), tr("{who}, by a token from {where}", who=who, where=found.where))
