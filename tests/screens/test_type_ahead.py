"""Keys that arrive faster than the screen follows, as from a macro or over a slow line, all in one piece."""

import pytest
from textual import events

from deskterm.protocol.records import Visibility
from tests.screens.console import Driven, console

_NAMES = {"\x12": "ctrl+r", "\x13": "ctrl+s", "\x14": "ctrl+t", "\x1b": "escape", "\r": "enter"}


async def burst(driven: Driven, keys: str) -> None:
    """Every key at once, before any of them is handled."""
    for key in keys:
        name = _NAMES.get(key, "space" if key == " " else key)
        driven.app.post_message(events.Key(name, None if key in _NAMES else key))
    await driven.settle()


def sent(driven: Driven) -> list[tuple[str, Visibility]]:
    return [(body, fields["visibility"]) for _, body, fields in driven.world.called("send")]


async def test_a_reply_is_sent_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await burst(driven, "rAll of it, to the last letter\x13")
        assert sent(driven) == [("All of it, to the last letter", Visibility.PUBLIC)]
        assert driven.inbox.composer.text() == ""


async def test_what_follows_a_switch_is_written_into_the_other_text(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await burst(driven, "rfor the customer\x14for colleagues\x13\x14, and more")
        assert sent(driven) == [("for colleagues", Visibility.INTERNAL)]
        assert driven.inbox.composer.text(Visibility.PUBLIC) == "for the customer, and more"


async def test_letters_before_leaving_are_text_and_letters_after_are_commands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch) as driven:
        await burst(driven, "rabc\x1bn")
        assert driven.inbox.composer.text(Visibility.PUBLIC) == "abc"
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_enter_behind_a_resolve_does_not_open_the_row_that_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch) as driven:
        await burst(driven, "2\re\r")
        assert [each[-1] for each in driven.world.called("patch")] == [{"status": "resolved"}]
        assert driven.inbox.list.cursor_id is None
        assert driven.inbox.writing.conversation_id is None


@pytest.mark.parametrize("size", [(19, 4), (1, 1)])
async def test_what_is_typed_while_the_window_is_too_small_stays_text(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    async with console(monkeypatch, size=(80, 24)) as driven:
        await driven.press("r", "H", "i")
        await driven.pilot.resize_terminal(*size)
        await driven.press("e", "2")
        await driven.pilot.resize_terminal(80, 24)
        await driven.press("!")
        assert driven.inbox.composer.text() == "Hie2!"
        assert driven.world.called("patch") == []


async def test_a_question_that_was_answered_leaves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("s")
        question = driven.app.screen
        assert question is not driven.inbox
        await burst(driven, "\r\x1b\x1b")
        assert driven.app.screen is driven.inbox


async def test_letters_behind_enter_in_a_picker_are_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await burst(driven, "plow\rsres\r")
        await driven.rest()
        patches = [patch for _, patch in driven.world.called("patch")]
        assert patches == [{"priority": "low"}, {"status": "resolved"}]


async def test_letters_behind_c_are_for_the_question_that_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.hold()
        await driven.pilot.press("c", *"john")
        driven.world.release()
        await driven.rest()
        assert driven.world.called("patch") == []
        assert driven.inbox.composer.text() == ""


async def test_a_letter_right_behind_escape_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", *"abc")
        driven.app.post_message(events.Key("alt+n", "n"))
        await burst(driven, "hm\x13")
        await driven.rest()
        assert driven.inbox.composer.text(Visibility.PUBLIC) == "abc"
        assert sent(driven) == [("hm", Visibility.INTERNAL)]


async def test_a_server_that_is_slow_holds_no_key_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskterm.screens.patience.HELD", 0.01)
    async with console(monkeypatch) as driven:
        first = driven.inbox.list.cursor_id
        driven.world.hold()
        await driven.pilot.press("p", "enter", "j")
        while driven.app.pressing:
            await driven.pilot.pause()
        assert driven.inbox.list.cursor_id != first
        driven.world.release()
        await driven.rest()
        assert len(driven.world.called("patch")) == 1
