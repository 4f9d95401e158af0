"""What the environment tells of a terminal, and what is chosen by it."""

from pathlib import Path

import pytest

from deskterm.settings.sources import load
from deskterm.terminal.capabilities import Depth, capabilities
from deskterm.terminal.colours import fitted
from deskterm.terminal.editor_choice import EditorFailed, editor_command


@pytest.mark.parametrize(
    ("environ", "depth"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
        ({"TERM": "xterm-direct"}, Depth.TRUE),
        ({"TERM": "xterm-256color"}, Depth.INDEXED),
        ({"TERM": "xterm"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({"TERM": "dumb"}, Depth.NONE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.NONE),
        ({}, Depth.NONE),
    ],
)
def test_colours(environ: dict[str, str], depth: Depth) -> None:
    assert capabilities(environ).depth is depth


def test_a_browser_must_be_in_front_of_the_reader() -> None:
    assert capabilities({"DISPLAY": ":0"}, "linux").browser
    assert not capabilities({"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, "linux").browser
    assert not capabilities({}, "linux").browser
    assert capabilities({}, "darwin").browser
    assert not capabilities({"SSH_TTY": "/dev/pts/1"}, "darwin").browser


def test_the_first_locale_variable_decides() -> None:
    assert capabilities({"LANG": "C.UTF-8"}, "linux").unicode
    assert not capabilities({"LANG": "C.UTF-8", "LC_ALL": "C"}, "linux").unicode
    assert capabilities({"LC_CTYPE": "en_US.utf8"}, "linux").unicode


def test_a_tmux_around_ssh_is_told_by_the_type() -> None:
    assert capabilities({"TERM": "tmux-256color"}).nested
    assert not capabilities({"TERM": "tmux-256color", "TMUX": "x"}).nested
    assert not capabilities({"TERM": "xterm"}).nested


@pytest.mark.parametrize(
    ("environ", "theme", "color"),
    [
        ({}, "deskterm-dark", True),
        ({"DESKTERM_THEME": "nord"}, "nord", True),
        ({"DESKTERM_THEME": "terminal"}, "ansi-dark", True),
        ({"DESKTERM_THEME": "terminal", "COLORFGBG": "0;15"}, "ansi-light", True),
        ({"DESKTERM_THEME": "terminal", "COLORFGBG": "15;default;0"}, "ansi-dark", True),
        ({"DESKTERM_THEME": "nord", "NO_COLOR": "1"}, "ansi-dark", False),
    ],
)
def test_themes(environ: dict[str, str], theme: str, color: bool) -> None:
    settings = load(environ).settings
    assert (settings.theme, settings.color) == (theme, color)


def test_sixteen_colours_are_the_terminals_own() -> None:
    chosen = load({"DESKTERM_THEME": "deskterm-light"})
    assert fitted(load({}), {"TERM": "linux"}).theme == "ansi-dark"
    assert fitted(chosen, {"TERM": "linux"}).theme == "deskterm-light"
    assert fitted(load({}), {"TERM": "xterm-256color"}).theme == "deskterm-dark"


def test_the_ways_of_telling_are_chosen_one_by_one() -> None:
    def ways(value: str) -> tuple[bool, bool, bool]:
        settings = load({"DESKTERM_NOTIFY": value}).settings
        return settings.bell, settings.notifications, settings.window_title

    assert ways("bell, title") == (True, False, True)
    assert ways("none") == (False, False, False)
    assert load({}).settings.notifications


def test_the_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert editor_command("", {"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command("'my editor' -x", {"VISUAL": "vi"}) == ["my editor", "-x"]
    assert editor_command("", {"VISUAL": " ", "EDITOR": "ed"}) == ["ed"]
    with pytest.raises(EditorFailed, match="EDITOR has a quote"):
        editor_command("", {"EDITOR": "vi 'x"})
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EditorFailed, match="Set VISUAL or EDITOR"):
        editor_command("", {})
