"""The help: every key that there is, found by typing a part of its name, at every size."""

import pytest
from textual import events

from deskterm.commands.keyfile import keymap_of
from deskterm.commands.table import BY_ID, COMMANDS
from deskterm.screens.guide.help import HelpScreen, changes, foot, matching
from tests.screens.console import SIZES, console
from tests.screens.world import cid


def test_a_command_is_found_by_key_title_help_and_id() -> None:
    reply = BY_ID["ticket.reply"]
    for words in ("reply", "PUBLIC reply", "ticket.reply"):
        assert reply in matching(COMMANDS, words)
    assert BY_ID["compose.send"] in matching(COMMANDS, "^s")
    assert matching(COMMANDS, "no such thing") == []


def test_what_is_ones_own_is_said_with_its_line() -> None:
    text = changes(keymap_of('preset = "emacs"\n"ticket.reply" = "ctrl+r"\n"x" = "y"')).plain
    assert "Your changes: preset emacs, ticket.reply = ctrl+r (keys.toml:2)" in text
    assert "! keys.toml:3: no command is called “x”" in text
    assert not changes(keymap_of(""))
    assert "full list: : All keys" in foot(keymap_of("")).plain


async def test_typing_shows_what_matches_and_the_frame_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("?")
        frame = driven.top.query_one("#help").region
        await driven.press("slash", *"snooze")
        assert "Snooze…" in driven.text()
        assert "Half a page" not in driven.text()
        assert driven.top.query_one("#help").region == frame
        await driven.press(*"xyz")
        assert "Nothing is called so." in driven.text()
        await driven.press("escape")
        assert "Half a page" in driven.text()
        await driven.press("escape")
        assert driven.top is driven.inbox


async def test_letters_typed_ahead_of_the_field_are_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        for name, key in (("question_mark", "?"), ("slash", "/"), ("q", "q"), ("j", "j")):
            driven.app.post_message(events.Key(name, key))
        await driven.settle()
        assert isinstance(driven.top, HelpScreen)
        assert driven.top.query_one("Input").value == "qj"  # type: ignore[attr-defined]


async def test_the_filter_language_is_explained_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(80, 24)) as driven:
        await driven.press("?", "l")
        assert "status:open assignee:me priority>=high tag:billing -tag:spam" in driven.text()
        assert "low normal high urgent, also compared: priority>=high" in driven.text()
        await driven.press("escape", ":", *"language", "enter")
        assert "There is no OR" in driven.text()


@pytest.mark.parametrize("key", ["q", "question_mark", "f1", "escape"])
async def test_the_usual_keys_close_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("?")
        await driven.press("j", "k", key)
        assert driven.top is driven.inbox


@pytest.mark.parametrize(
    ("size", "columns"), [*zip(SIZES, (2, 3, 3), strict=True), ((40, 12), 1), ((10, 4), 1)]
)
async def test_there_are_as_many_columns_as_fit(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], columns: int
) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("?")
        shown = [each for each in driven.top.query(".help--column") if each.display]
        assert len(shown) == columns


async def test_the_palette_finds_conversations_and_people_by_typing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(80, 24)) as driven:
        await driven.press("colon")
        assert "# conversation  @ person  Esc close" in driven.text()
        assert "#4817" not in driven.text().split("Commands")[-1]
        await driven.press(*"#4817")
        assert "#4817 Priya N." in driven.text()
        await driven.press("enter")
        assert driven.inbox.reading.conversation_id == cid(4817)
        await driven.press("colon", "at", *"mike")
        assert "@Mike Chen" in driven.text()


async def test_a_long_title_goes_on_below_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(120, 36)) as driven:
        await driven.press("?", "slash", *"accounts, password")
        lines = str(driven.top.query(".help--column").first().render()).splitlines()
        assert [each.removeprefix("g o").strip() for each in lines[1:]] == ["Accounts, password,", "sign out"]
        assert lines[2].index("sign out") == lines[1].index("Accounts,")
