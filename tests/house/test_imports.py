"""Who may import whom (tests/house/imports.py has the table)."""

import subprocess
import sys
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.house.imports import imports, violations
from tests.house.tree import Source, sources

#: Libraries that would cost the console its fast first frame; they are imported when they are needed.
LATE = ("aiohttp", "apsw", "argon2", "httpx", "keyring", "pydantic", "websockets")

WIRE = Source("deskterm.protocol.wire", "wire.py", "from pydantic import BaseModel\n")
THROUGH = Source("deskterm.protocol.through", "through.py", "from deskterm.protocol import wire\n")
LAZY = Source(
    "deskterm.protocol.lazy", "lazy.py", "def load() -> None:\n    from deskterm.protocol import wire\n"
)
SCREENS = Source("deskterm.screens.inbox.screen", "inbox.py", "")


def module(name: str, text: str) -> Source:
    """A made-up module of the package."""
    return Source(f"deskterm.{name}", f"{name}.py", text)


def check(name: str, text: str) -> list[str]:
    """What the rules say to `text` as the module `name`, beside a few protocol modules."""
    return violations([module(name, text), WIRE, THROUGH, LAZY, SCREENS])


def test_every_import_is_allowed() -> None:
    found = violations(sources())
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("widgets.row", "from deskterm.client import sync"),
        ("widgets.row", "import deskterm.screens.inbox.screen"),
        ("widgets.row", "from deskterm.commands import TABLE"),
        ("widgets.row", "import httpx"),
        ("widgets.row", "from deskterm.protocol.wire import Conversation"),
        ("widgets.row", "from deskterm.protocol import wire"),
        ("widgets.row", "from deskterm.protocol.through import wire"),
        ("screens.chat", "def open() -> None:\n    from deskterm.protocol.wire import Message"),
        ("screens.chat", "from deskterm import server"),
        ("screens.chat", "from deskterm import app"),
        ("client.sync", "from textual.app import App"),
        (
            "client.sync",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from deskterm.server import app",
        ),
        ("client.sync", "import aiohttp.web"),
        ("client.replica", "import apsw"),
        ("server.live.hub", "from deskterm.client.sync import Sync"),
        ("server.live.hub", "import websockets"),
        ("server.http.app", "import httpx"),
        ("server.http.app", "import textual"),
        ("server.desk.messages", "from deskterm.server.http import answer"),
        ("server.storage.database", "from deskterm.server.desk import messages"),
        ("cli.main", "from deskterm.screens.inbox.screen import Inbox"),
        ("text.safe", "import rich"),
        ("text.safe", "import wcwidth"),
        ("text.safe", "from deskterm.protocol import records"),
        ("protocol.records", "from textual import on"),
        ("attic", "from deskterm.text import safe"),
    ],
)
def test_a_forbidden_import_is_found(name: str, text: str) -> None:
    found = check(name, text)
    assert len(found) == 1, found
    assert found[0].startswith(f"{name}.py:{len(text.splitlines())} ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("widgets.row", "from deskterm.protocol.records import Status\nfrom deskterm.text.safe import safe"),
        ("widgets.row", "from deskterm.widgets import strips\nfrom deskterm.protocol import lazy"),
        ("screens.chat", "from deskterm.client.sync import Sync\nfrom deskterm.widgets.row import Row"),
        ("screens.chat", "from deskterm import styles\nfrom textual.screen import Screen"),
        ("client.sync", "from deskterm.protocol.wire import Message\nimport httpx, websockets"),
        ("server.http.app", "from deskterm.protocol.wire import Message\nfrom aiohttp import web"),
        ("app", "from deskterm.screens.inbox.screen import Inbox"),
        ("cli.serve", "from deskterm.server.http.app import make_app"),
        ("text.safe", "from rich.cells import cell_len"),
        ("widgets.row", "from deskterm import __version__"),
    ],
)
def test_an_allowed_import_is_left_alone(name: str, text: str) -> None:
    assert check(name, text) == []


def circle(files: Iterable[Source]) -> list[str]:
    """Modules that import each other at once: which of them comes first decides whether that works."""
    known = {each.module: each for each in files}
    at_once = {
        name: {one.name for one in imports(each, known) if one.at_once and one.name != name}
        for name, each in known.items()
    }
    try:
        TopologicalSorter(at_once).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_any_module_can_be_imported_first() -> None:
    assert circle(sources()) == []


def test_a_circle_of_imports_is_found() -> None:
    there = module("widgets.a", "from deskterm.widgets.b import B")
    back = "from deskterm.widgets import a"
    assert circle([there, module("widgets.b", back)])
    assert circle([there, module("widgets.b", f"def later() -> None:\n    {back}")]) == []


@pytest.mark.parametrize("name", ["__main__", "app"])
def test_the_console_starts_without_what_it_needs_later(name: str) -> None:
    program = f"import sys, deskterm.{name}; print(*(set({LATE!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
