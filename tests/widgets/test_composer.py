"""The composer: who reads it is said in words, and neither a text nor a rule gets lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from deskterm.protocol.records import Visibility
from deskterm.widgets.composer.line import MOST_CHARACTERS, WARN_CHARACTERS
from deskterm.widgets.composer.pane import Composer
from tests.widgets.sample import HOSTILE, Host, lines_of, text_of

PUBLIC, NOTE = Visibility.PUBLIC, Visibility.INTERNAL


@asynccontextmanager
async def composer(**more: Any) -> AsyncIterator[tuple[Composer, Host, Pilot[None]]]:
    """A composer to Ana, with the focus."""
    shown = Composer(classes="pane", **more)
    app = Host(shown)
    async with app.run_test(size=(80, 24), message_hook=app.hear) as pilot:
        shown.set_audience("Ana", "Mia (Support)")
        app.screen.set_focus(shown.field)
        await pilot.pause()
        yield shown, app, pilot


async def test_it_says_who_reads_and_who_speaks() -> None:
    async with composer() as (shown, _, pilot):
        assert "Reply to Ana (public)" in lines_of(shown)[0]
        assert "as Mia (Support) · public" in text_of(shown)
        assert "▒" not in text_of(shown)
        await pilot.press("ctrl+t")
        assert "Internal note — only agents see this" in lines_of(shown)[0]
        assert "as Mia (Support) · internal note" in text_of(shown)
        assert "▒" in text_of(shown)
        assert shown.styles.background != shown.screen.styles.background


async def test_reply_and_note_are_two_texts() -> None:
    async with composer() as (shown, app, pilot):
        await pilot.press(*"reply", "ctrl+t", *"note")
        assert (shown.text(PUBLIC), shown.text(NOTE)) == ("reply", "note")
        await pilot.press("ctrl+t", "!")
        assert (shown.text(PUBLIC), shown.text(NOTE)) == ("reply!", "note")
        await pilot.press("ctrl+s", "ctrl+t", "ctrl+s")
        sent = [(each.text, each.visibility) for each in app.of(Composer.Send)]
        assert sent == [("reply!", PUBLIC), ("note", NOTE)]
        assert [each.visibility for each in app.of(Composer.Switched)] == [NOTE, PUBLIC, NOTE]


async def test_keys_typed_ahead_of_a_switch_go_to_the_other_text() -> None:
    async with composer() as (shown, _, pilot):
        await pilot.press("a", "ctrl+t", "b", "ctrl+t", "c")
        assert (shown.text(PUBLIC), shown.text(NOTE)) == ("ac", "b")


async def test_escape_and_a_letter_in_one_go_type_nothing() -> None:
    async with composer() as (shown, app, pilot):
        await pilot.press("a")
        app.post_message(events.Key("alt+e", "e"))
        await pilot.pause()
        await pilot.press("b")
        assert shown.text(PUBLIC) == "ab"


async def test_enter_is_a_new_line_for_agents() -> None:
    async with composer() as (shown, app, pilot):
        await pilot.press("a", "enter", "b", "ctrl+j", "c")
        assert shown.text() == "a\nb\nc"
        assert not app.of(Composer.Send)


async def test_enter_sends_for_customers() -> None:
    async with composer(enter_sends=True, notes=False) as (shown, app, pilot):
        await pilot.press("a", "ctrl+j", "b", "enter")
        assert [each.text for each in app.of(Composer.Send)] == ["a\nb"]
        assert shown.text() == "a\nb"
        shown.clear()
        assert shown.text() == ""
        await pilot.press("ctrl+t")
        assert shown.visibility is PUBLIC


@pytest.mark.parametrize("text", ["", " ", "\n \t\n"])
async def test_nothing_is_not_sent(text: str) -> None:
    async with composer() as (shown, app, pilot):
        shown.set_text(text)
        await pilot.press("ctrl+s")
        assert not app.of(Composer.Send)
        assert "Nothing to send yet." in text_of(shown)
        await pilot.press("x")
        assert "Nothing to send yet." not in text_of(shown)


async def test_a_long_text_is_warned_of_and_a_too_long_one_is_kept_and_not_sent() -> None:
    async with composer() as (shown, app, pilot):
        shown.set_text("a" * WARN_CHARACTERS)
        assert f"{WARN_CHARACTERS:,} ch" in text_of(shown)
        shown.set_text("a" * (WARN_CHARACTERS + 1))
        assert "499 ch left" in text_of(shown)
        shown.set_text("a" * MOST_CHARACTERS)
        await pilot.press("ctrl+s")
        assert len(app.of(Composer.Send)) == 1
        await pilot.press("b", "ctrl+s")
        assert len(app.of(Composer.Send)) == 1
        assert "Too long to send: a message has at most 10,000 characters." in text_of(shown)
        assert "1 over 10,000" in text_of(shown)
        assert len(shown.text()) == MOST_CHARACTERS + 1


async def test_every_change_is_told_for_drafts_and_typing() -> None:
    async with composer() as (shown, app, pilot):
        shown.set_text("draft")
        await pilot.pause()
        assert not app.of(Composer.Changed)
        await pilot.press("ctrl+t", *"no")
        assert [(each.text, each.visibility) for each in app.of(Composer.Changed)] == [
            ("n", NOTE),
            ("no", NOTE),
        ]
        assert [each.visibility for each in app.of(Composer.Typing)][:1] == [NOTE]


async def test_a_draft_may_come_into_the_text_that_is_not_shown() -> None:
    async with composer() as (shown, _, pilot):
        await pilot.press(*"ab")
        shown.set_text("kept note", NOTE)
        assert "2 ch" in text_of(shown)
        assert shown.text() == "ab"
        assert shown.text(NOTE) == "kept note"


async def test_escape_leaves_and_keeps_the_text() -> None:
    async with composer() as (shown, app, pilot):
        await pilot.press(*"ab", "escape")
        assert app.of(Composer.Leave)
        assert shown.text() == "ab"


async def test_it_grows_from_three_lines_to_ten() -> None:
    async with composer() as (shown, _, pilot):
        assert shown.field.size.height == 3
        await pilot.press(*["enter"] * 5)
        assert shown.field.size.height == 6
        await pilot.press(*["enter"] * 20)
        assert shown.field.size.height == 10


async def test_when_nothing_can_be_written_it_says_why_and_keeps_the_text() -> None:
    async with composer() as (shown, app, pilot):
        await pilot.press(*"ab")
        shown.disable("Resolved — reopen to reply (o)")
        await pilot.pause()
        assert "Resolved — reopen to reply (o)" in text_of(shown)
        await pilot.press(*"cd")
        assert shown.text() == "ab"
        shown.enable()
        await pilot.pause()
        assert "Resolved" not in text_of(shown)
        assert app.of(Composer.Changed)[-1].text == "ab"


async def test_what_was_saved_is_said_until_the_next_key() -> None:
    async with composer() as (shown, _, pilot):
        await pilot.press("a")
        shown.set_saved("saved 12:07")
        assert "saved 12:07 · 1 ch" in text_of(shown)
        await pilot.press("b")
        assert "saved" not in text_of(shown)


async def test_pasted_text_is_made_safe() -> None:
    async with composer() as (shown, app, pilot):
        app.post_message(events.Paste(HOSTILE))
        await pilot.pause()
        assert shown.text().startswith("␛]52;c;")
        assert not {"\x1b", "\x9b", "\u202e", "\x07"} & set(shown.text() + text_of(shown))


async def test_nothing_blinks() -> None:
    async with composer() as (shown, _, _pilot):
        assert not shown.field.cursor_blink
