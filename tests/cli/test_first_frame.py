"""What is on the screen before anything is imported, and what is imported before the inbox."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from deskterm import themes
from deskterm.cli import first_frame
from deskterm.client.local.paths import settings_file
from deskterm.settings.sources import load
from deskterm.settings.table import THEMES
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
    "tomlkit",
    "tomllib",
    "gettext",
    "zoneinfo",
    "websockets",
    "keyring",
    "deskterm.client.http.api",
    "deskterm.client.answers",
    "deskterm.client.desk",
    "deskterm.screens.account.screen",
    "deskterm.screens.guide.help",
    "deskterm.screens.inbox.screen",
    "deskterm.screens.guide.palette",
    "deskterm.screens.settings.screen",
    "deskterm.screens.way_in.sign_in",
    "deskterm.widgets.composer.pane",
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
    assert "deskterm.screens.inbox.first_page" in names
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
    assert early_colours(environ) == first_frame.COLOURS.get(load(environ).settings.theme)


def early_colours(environ: dict[str, str]) -> tuple[str, str, str] | None:
    """What the first frame is painted with."""
    return first_frame.COLOURS.get(first_frame.theme_of(environ))


@pytest.mark.parametrize(
    ("written", "environ"),
    [
        ('# mine\ntheme = "nord"  # calm\n', {}),
        ("  theme='deskterm-light'\n", {}),
        ('theme = "terminal"\n', {}),
        ('theme = "of my own"\n', {}),
        ("", {}),
        ('theme = "nord"\n', {"DESKTERM_THEME": "dracula"}),
        ('theme = "nord"\n', {"DESKTERM_THEME": "of my own"}),
        ('theme = "nord"\n', {"NO_COLOR": "1"}),
    ],
)
def test_the_first_frame_has_the_theme_of_the_file(
    written: str, environ: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(written, encoding="utf-8")
    everything = {**environ, "DESKTERM_HOME": str(tmp_path)}
    chosen = load(everything, file).settings.theme
    assert early_colours(everything) == first_frame.COLOURS.get(chosen)


def test_the_file_is_found_where_the_console_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESKTERM_HOME")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text('theme = "nord"\n', encoding="utf-8")
    assert first_frame.theme_of(os.environ) == "nord"


def test_the_colours_are_those_of_the_themes() -> None:
    for theme in (themes.DESKTERM_DARK, themes.DESKTERM_LIGHT):
        assert first_frame.COLOURS[theme.name] == (theme.background, theme.panel, theme.primary)
    names = [str(each.value) for each in THEMES if each.value != "terminal"]
    assert list(first_frame.COLOURS) == names
    for theme in (BUILTIN_THEMES[name] for name in names if name in BUILTIN_THEMES):
        found = theme.to_color_system().generate() | theme.variables | themes.roles(theme)
        drawn = tuple(Color.parse(found[each]).hex.lower() for each in ("background", "panel", "heading"))
        assert first_frame.COLOURS[theme.name] == drawn


def test_the_terminal_is_given_back_when_the_console_never_comes() -> None:
    with Console(["--server", "not an address"], environ={"DESKTERM_TOKEN": "x"}) as console:
        console.sees("deskterm")
        console.type("\x11")
        console.ends()
        assert console.modes == console.modes_before
