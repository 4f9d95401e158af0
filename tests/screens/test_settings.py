"""The settings' screen, by keyboard: values are tried, kept in the file, and at work at once."""

from pathlib import Path

import pytest
from textual.widgets import TextArea

from deskterm.screens.settings.entries import ValueScreen
from deskterm.screens.settings.screen import SettingsScreen
from deskterm.settings import Settings
from deskterm.settings.sources import load
from deskterm.settings.table import entries_for
from deskterm.terminal.notify import Ways
from tests.screens.console import SIZES, Driven, console


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def write(file: Path, text: str) -> None:
    """Let this stand in the file."""
    file.write_text(text, encoding="utf-8")


def read(file: Path) -> str:
    """What stands in it; nothing if there is none."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def mode(file: Path) -> int:
    """Who may do what with it."""
    return file.stat().st_mode & 0o777


def linked(file: Path, text: str) -> Path:
    """Another file with this text, which `file` is a link to."""
    kept = file.with_name("dotfiles.toml")
    write(kept, text)
    file.symlink_to(kept)
    return kept


def is_link(file: Path) -> bool:
    """Whether it is one still."""
    return file.is_symlink()


def usual(file: Path | None) -> Settings:
    """What `tests.screens.console` takes, with a file."""
    return Settings(motion="none", read_delay=0.0, file=file)


async def open_at(driven: Driven, name: str) -> None:
    """The settings, with the cursor on an entry."""
    await driven.press("g", "s")
    assert isinstance(driven.top, SettingsScreen)
    place = [each.name for each in entries_for(customer=False)].index(name)
    await driven.press(*["down"] * place)


async def choose(driven: Driven, name: str, *keys: str) -> None:
    """Change an entry and go back to the inbox."""
    await open_at(driven, name)
    await driven.press("enter", *keys, "enter", "escape")


async def test_themes_are_tried_under_the_cursor_and_escape_takes_them_back(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    async with console(monkeypatch, settings=usual(file)) as driven:
        await open_at(driven, "theme")
        await driven.press("enter", "down")
        assert isinstance(driven.top, ValueScreen)
        assert driven.app.theme == "deskterm-light"
        await driven.press("down", "down")
        assert driven.app.theme == "atom-one-dark"
        await driven.press("escape")
        assert driven.app.theme == "deskterm-dark"
        assert read(file) == ""


async def test_a_choice_is_kept_and_other_lines_stay(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    write(file, "# mine\nmouse = false  # I select\n")
    async with console(monkeypatch, settings=usual(file)) as driven:
        await choose(driven, "theme", "n", "o", "r", "d")
        assert driven.app.theme == "nord"
    assert read(file) == '# mine\nmouse = false  # I select\ntheme = "nord"\n'
    assert mode(file) == 0o600


async def test_the_default_takes_the_line_away(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    write(file, '# mine\nadvance = "stay"\n')
    async with console(monkeypatch, settings=usual(file)) as driven:
        await open_at(driven, "advance")
        assert "settings.toml:2" in driven.text()
        await driven.press("enter", *"the default", "enter")
        assert "settings.toml:2" not in driven.text()
        assert driven.app.settings.advance == "next"
    assert read(file) == "# mine\n"


async def test_what_the_environment_fixes_cannot_be_changed(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setenv("DESKTERM_THEME", "dracula")
    async with console(monkeypatch, settings=usual(file)) as driven:
        await open_at(driven, "theme")
        assert "Fixed by DESKTERM_THEME" in driven.text()
        await driven.press("enter")
        assert isinstance(driven.top, SettingsScreen)
        assert "Theme is fixed by DESKTERM_THEME." in driven.text()


async def test_a_link_stays_a_link(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    kept = linked(file, "# kept elsewhere\n")
    async with console(monkeypatch, settings=usual(file)) as driven:
        await choose(driven, "tips", "down")
    assert is_link(file)
    assert read(kept) == "# kept elsewhere\ntips = false\n"


async def test_a_file_that_is_no_toml_is_not_overwritten(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    write(file, "theme = = 1\n")
    async with console(monkeypatch, settings=usual(file)) as driven:
        await open_at(driven, "tips")
        await driven.press("enter", "down", "enter")
        assert "settings.toml:1 is not TOML" in driven.text()
        assert driven.app.settings.tips
    assert read(file) == "theme = = 1\n"


async def test_without_a_file_a_choice_lasts_until_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, settings=usual(None)) as driven:
        await choose(driven, "advance", "down")
        assert driven.app.settings.advance == "stay"


async def test_a_value_of_ones_own_is_asked_for_and_checked(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    async with console(monkeypatch, settings=usual(file)) as driven:
        await open_at(driven, "time_zone")
        await driven.press("enter", "down", "enter", *"Mars", "enter")
        assert "‘Mars’ is no time zone" in driven.text()
        await driven.press(*["backspace"] * 4, *"Asia/Tokyo", "enter", "escape")
    assert load({}, file).settings.time_zone == "Asia/Tokyo"


async def test_other_settings_are_at_work_at_once(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    async with console(monkeypatch, settings=usual(file)) as driven:
        assert "  3m" in driven.text()
        await choose(driven, "list_times", "down")
        assert "  3m" not in driven.text()
        await choose(driven, "hours", "down")
        assert " pm" in driven.text() or " am" in driven.text()
        await choose(driven, "bell", "down")
        assert driven.app.voice.ways == Ways(bell=False, desktop=True, title=True)
        await choose(driven, "motion", "down")
        assert driven.app.animation_level == "none"


async def test_enter_sends_where_that_was_chosen(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    async with console(monkeypatch, settings=usual(file)) as driven:
        await driven.press("r", "a", "enter", "b")
        assert isinstance(driven.app.focused, TextArea)
        assert driven.inbox.composer.text() == "a\nb"
        await driven.press("escape")
        await choose(driven, "send_on_enter", "up")  # to "on"
        await driven.press("r", "ctrl+j", "c", "enter")
        assert driven.inbox.composer.text() == ""
        assert [call[1] for call in driven.world.called("send")] == ["a\nb\nc"]


async def test_problems_are_said_at_the_start(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    write(file, 'theme = "x"\n')
    async with console(monkeypatch, settings=usual(file)) as driven:
        driven.app.tell_problems(load({}, file).problems)
        await driven.settle()
        assert "settings.toml:1: theme ‘x’" in " ".join(driven.text().split())
        await driven.press("g", "s")
        assert "! settings.toml:1: theme ‘x’" in driven.text()


@pytest.mark.parametrize("size", [*SIZES, (60, 16), (40, 12), (24, 6), (5, 3), (1, 1)])
async def test_it_is_there_at_every_size(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    async with console(monkeypatch, size=size, settings=usual(file)) as driven:
        await driven.press("g", "s")
        assert ("The colours of everything." in driven.text()) is (size[0] >= 40)
        await driven.press("enter")
        assert isinstance(driven.top, ValueScreen)
        assert ("deskterm-dark" in driven.text()) is (size[0] >= 24)
        await driven.press("escape", "escape")
        assert not isinstance(driven.top, (ValueScreen, SettingsScreen))
