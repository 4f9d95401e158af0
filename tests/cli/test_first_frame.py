"""What is on the screen before anything is imported, and what is imported before the inbox."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from deskterm import themes
from deskterm.cli import first_frame
from deskterm.settings import from_environment
from tests.e2e.terminal import Console
from tests.house.tree import PACKAGE

#: Each of them takes longer to import than the frame to paint.
HEAVY = {
    "argparse",
    "asyncio",
    "dataclasses",
    "inspect",
    "json",
    "logging",
    "pathlib",
    "re",
    "textual",
    "typing",
}
#: What nothing on the first frame of the inbox needs.
LATER = {
    "httpx",
    "pydantic",
    "websockets",
    "keyring",
    "deskterm.client.api",
    "deskterm.client.answers",
    "deskterm.client.desk",
    "deskterm.screens.account",
    "deskterm.screens.help",
    "deskterm.screens.inbox",
    "deskterm.screens.palette",
    "deskterm.screens.sign_in",
    "deskterm.widgets.composer",
}


def loaded(module: str) -> set[str]:
    """What importing a module loads that Python itself has not loaded."""
    program = (
        f"import sys; sys.path[:0] = {[str(PACKAGE.parent), *sys.path]!r}; before = set(sys.modules);"
        f"import {module}; print(*(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_first_frame_is_painted_before_anything_heavy_is_imported() -> None:
    names = loaded("deskterm.__main__") | loaded("deskterm.cli.first_frame")
    assert "deskterm.cli.first_frame" in names
    assert not names & HEAVY


def test_the_inbox_as_last_seen_is_drawn_without_what_the_live_one_needs() -> None:
    names = loaded("deskterm.app")
    assert "deskterm.screens.first_page" in names
    assert not names & LATER


@pytest.mark.parametrize(
    ("words", "surely"),
    [
        ([], True),
        (["console"], True),
        (["chat", "--server", "desk.example.com"], True),
        (["--server", "a", "--organization", "b"], True),
        (["--server"], False),
        (["--server", "--help"], False),
        (["--help"], False),
        (["--version"], False),
        (["serve"], False),
        (["chat", "x"], False),
        (["demo"], False),  # says what takes its time
    ],
)
def test_only_a_command_line_that_surely_opens_the_console_is_painted_early(
    words: Sequence[str], surely: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)
    assert (first_frame.early_frame(words, {"TERM": "xterm"}) is not None) is surely


def test_nothing_is_painted_where_the_console_would_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "isatty", lambda _: True)
    assert first_frame.early_frame([], {"TERM": "dumb"}) is None
    assert first_frame.early_frame([], {}) is None
    monkeypatch.setattr(os, "isatty", lambda number: number != 2)
    assert first_frame.early_frame([], {"TERM": "xterm"}) is None


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"NO_COLOR": "1"},
        {"NO_COLOR": ""},
        {"DESKTERM_THEME": "deskterm-light"},
        {"DESKTERM_THEME": "terminal"},
        {"DESKTERM_THEME": ""},
        {"DESKTERM_THEME": "deskterm-light", "NO_COLOR": "1"},
    ],
)
def test_the_first_frame_has_the_theme_of_the_settings(environ: dict[str, str]) -> None:
    colours = first_frame.COLOURS
    early = colours.get(first_frame.theme_of(environ))
    assert early == colours.get(from_environment(environ, None).theme)


def test_the_colours_are_those_of_the_themes() -> None:
    for theme in (themes.DESKTERM_DARK, themes.DESKTERM_LIGHT):
        assert first_frame.COLOURS[theme.name] == (theme.background, theme.panel, theme.primary)


def test_the_terminal_is_given_back_when_the_console_never_comes() -> None:
    with Console(["--server", "not an address"], environ={"DESKTERM_TOKEN": "x"}) as console:
        console.sees("deskterm")
        console.type("\x11")
        console.ends()
        assert console.modes == console.modes_before
