"""Keys of one's own: what is pressed does what `keys.toml` says, and every place that names keys says so."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from textual import events

from deskterm.commands.model import Context
from deskterm.protocol.records import Role, Visibility
from deskterm.screens.guide.help import HelpScreen
from deskterm.screens.questions import Choose
from deskterm.screens.text_page import TextPage
from deskterm.screens.writing.canned_chooser import ChooseCanned
from deskterm.screens.writing.canned_form import EditCanned
from deskterm.settings import Settings
from tests.screens.console import Driven, console
from tests.screens.world import SARAH, World, cid

FIRST = cid(4821)

Start = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """A console with this text in its `keys.toml`."""

    @asynccontextmanager
    async def started(text: str | None, **fields: object) -> AsyncIterator[Driven]:
        if text is not None:
            (tmp_path / "keys.toml").write_text(text)
        settings = Settings(
            motion="none",
            read_delay=0.0,
            file=tmp_path / "settings.toml",
            **fields,  # type: ignore[arg-type]
        )
        async with console(monkeypatch, World(SARAH), settings=settings) as driven:
            yield driven

    return started


async def test_a_key_of_ones_own_runs_its_command_and_the_old_one_nothing(start: Start) -> None:
    async with start('"ticket.reply" = "ctrl+r"') as driven:
        await driven.press("r")
        assert not driven.inbox.composer.display
        assert "no key ‘r’ here — ? for help" in driven.text()
        await driven.press("ctrl+r")
        assert driven.inbox.context is Context.COMPOSER
        assert driven.inbox.composer.visibility is Visibility.PUBLIC


async def test_one_of_several_keys_and_a_chord(start: Start) -> None:
    async with start('"list.down" = ["J", "x"]\n"ticket.next" = "j"\n"goto.top" = "x>x"\n') as driven:
        assert "x begins x x" not in driven.text()
        await driven.press("x")
        assert driven.inbox.list.cursor_id == cid(4820)
    async with start('"goto.bottom" = "x x"\n"goto.top" = ["g>t"]\n') as driven:
        await driven.press("x", "x")
        assert driven.inbox.list.cursor_id == cid(4811)
        await driven.press("g", "t")
        assert driven.inbox.list.cursor_id == FIRST


async def test_a_key_taken_from_another_command_runs_the_new_one_alone(start: Start) -> None:
    async with start('"ticket.note" = "e"') as driven:
        await driven.press("e")
        assert driven.inbox.composer.visibility is Visibility.INTERNAL
        assert driven.world.called("patch") == []


async def test_an_arrow_that_was_taken_away_moves_nothing(start: Start) -> None:
    async with start('"list.down" = "j"') as driven:
        await driven.press("down")
        assert driven.inbox.list.cursor_id == FIRST
        await driven.press("j")
        assert driven.inbox.list.cursor_id == cid(4820)


async def test_a_letter_of_ones_own_is_text_where_one_writes(start: Start) -> None:
    async with start('"ticket.resolve" = "x"\n"compose.send" = "f11"') as driven:
        await driven.press("r", "x", "ctrl+s")
        assert driven.world.called("send") == []
        await driven.press("f11")
        assert [body for _, body, _ in driven.world.called("send")] == ["x"]


async def test_a_burst_of_keys_of_ones_own_arrives_whole(start: Start) -> None:
    async with start('"ticket.reply" = "f8"\n"compose.send" = "f9"') as driven:
        for key in ("f8", "H", "i", "f9"):
            driven.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await driven.settle()
        assert [body for _, body, _ in driven.world.called("send")] == ["Hi"]


async def test_footer_help_palette_and_which_key_name_the_new_keys(start: Start) -> None:
    text = '"ticket.reply" = "ctrl+r"\n\n"goto.inbox" = "g h"\n"app.help" = ["f9", "ctrl+o"]\n'
    async with start(text) as driven:
        assert "^R reply" in driven.text()
        assert "F9 help" in driven.text()
        driven.app.post_message(events.Key("g", "g"))
        while "h inbox" not in driven.text():
            await driven.pilot.pause(0.05)
        await driven.press("escape", "f9")
        assert isinstance(driven.top, HelpScreen)
        assert "Your changes: ticket.reply = ctrl+r (keys.toml:1)" in driven.text()
        await driven.press("escape", ":", *"reply")
        assert isinstance(driven.top, Choose)
        assert any("Reply" in line and "^R" in line for line in driven.text().splitlines())


async def test_a_bad_line_is_said_and_the_others_are_in_force(start: Start) -> None:
    async with start('"ticket.repli" = "x"\n"ticket.note" = "f11"') as driven:
        assert "keys.toml:1: no command is called “ticket.repli”" in driven.text()
        await driven.press("f11")
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_the_file_is_read_again_when_the_window_gets_the_keyboard(start: Start, tmp_path: Path) -> None:
    async with start(None) as driven:
        (tmp_path / "keys.toml").write_text('"ticket.note" = "f11"')
        driven.app.post_message(events.AppFocus())
        await driven.settle()
        assert "F11 note" in driven.text()
        await driven.press("n")
        assert driven.inbox.context is Context.LIST
        os.remove(tmp_path / "keys.toml")
        driven.app.post_message(events.AppFocus())
        await driven.settle()
        await driven.press("n")
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_the_palette_reads_it_again_and_says_what_it_found(start: Start, tmp_path: Path) -> None:
    async with start(None) as driven:
        (tmp_path / "keys.toml").write_text('"ticket.note" = "f11"')
        await driven.press(":", *"reload", "space", "keys", "enter")
        assert "keys.toml: 1 command has keys of your own." in driven.text()
        assert "F11 note" in driven.text()


async def test_the_settings_choose_a_preset_and_change_it_while_the_console_runs(start: Start) -> None:
    async with start(None, keys="emacs") as driven:
        await driven.press("ctrl+n")
        assert driven.inbox.list.cursor_id == cid(4820)
        await driven.press("alt+x")
        assert isinstance(driven.top, Choose)
        await driven.press("escape")
        driven.app.follow_preset("default")
        await driven.press("ctrl+p")
        assert isinstance(driven.top, Choose)


async def test_all_keys_are_listed_with_ids_and_lines(start: Start) -> None:
    async with start('"ticket.note" = "f11"') as driven:
        await driven.press(":", *"all", "space", *"keys", "enter", *"note")
        assert "ticket.note · F11 · keys.toml:1" in driven.text()
        await driven.press("enter")
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_a_question_hears_no_key_of_ones_own_but_the_end(start: Start) -> None:
    async with start('"ticket.note" = "f11"\n"app.quit" = "f8"\n"app.help" = "f9"') as driven:
        await driven.press("p", "f11", "ctrl+q")
        assert isinstance(driven.top, Choose)
        await driven.press("f9")
        assert "Next choice" in driven.text()
        await driven.press("f8")
        assert not driven.app.is_running


async def test_a_panel_has_keys_of_ones_own_and_names_them(start: Start) -> None:
    text = (
        '"canned.new" = "f11"\n"canned.delete" = "ctrl+x n"\n"canned.save" = "f12"\n"canned.edit" = "x"\n'
        '"app.redraw" = "f8"'
    )
    async with start(text) as driven:
        assert "keys.toml:4: x is text where canned.edit is done" in driven.text()
        await driven.press("g", ";")
        assert "F11 new" in driven.text()
        assert "^X n delete" in driven.text()
        await driven.press("f1")
        assert isinstance(driven.top, HelpScreen)
        assert "New canned reply" in driven.text()
        assert "Take or give back" not in driven.text()
        await driven.press("escape", "f7")
        assert isinstance(driven.top, ChooseCanned)
        await driven.press("f11", *"hey", "tab", *"Hey", "tab", *"Hello", "ctrl+s")
        assert isinstance(driven.top, EditCanned)
        assert "F12 save" in driven.text()
        await driven.press("f12")
        assert not isinstance(driven.top, EditCanned)


async def test_the_help_finds_what_panels_do(start: Start) -> None:
    async with start(None) as driven:
        await driven.press("?", "/", *"erase")
        assert "Erase a contact" in driven.text()


@pytest.mark.parametrize("key", ["Q", "f12", "a", "5"])
async def test_a_key_without_meaning_here_is_said_quietly(start: Start, key: str) -> None:
    """Staff may not assign and have no fifth view."""
    async with start(None) as driven:
        assert driven.inbox.me.role is Role.STAFF
        await driven.press(key)
        assert f"no key ‘{key.upper() if key == 'f12' else key}’ here — ? for help" in driven.text()
        assert driven.world.called("patch") == []


async def test_nothing_is_said_where_a_key_is_text_or_does_something(start: Start) -> None:
    async with start(None) as driven:
        await driven.press("j", "G", "tab", "r", "Q", "f12")
        assert "no key" not in driven.text()
        assert driven.inbox.composer.text() == "Q"


async def test_what_is_inside_a_panel_follows_the_keys_of_lists(start: Start) -> None:
    async with start('"list.down" = "f12"\n"help.search" = "ctrl+f"\n"page.close" = "x"') as driven:
        await driven.press("?", "j")
        assert driven.top.query_one("#help-keys").scroll_y == 0
        await driven.press("f12", "f12")
        assert driven.top.query_one("#help-keys").scroll_y == 2
        assert "^F search" in driven.text()
        await driven.press("w", "f12")
        assert "How things work" in driven.text()
        assert "x back" in driven.text()
        await driven.press("q", "x")
        assert not isinstance(driven.top, TextPage)
