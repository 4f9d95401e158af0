"""Taking back what was just sent, and changing notes."""

import pytest

from deskterm.client.errors import Offline
from deskterm.commands.model import Context
from deskterm.protocol.records import Author, AuthorKind, Visibility
from deskterm.screens.writing.rewriting import Rewriting
from tests.screens.console import Driven, console
from tests.screens.kept_texts import find, goes_out
from tests.screens.world import DANA, SARAH, World, cid

Patch = pytest.MonkeyPatch
FIRST = cid(4821)


def holding() -> World:
    """A desk that holds replies for five seconds."""
    return World(SARAH, {"send_hold_seconds": 5})


async def replied(driven: Driven) -> str:
    """The id of a reply just sent, and held."""
    await driven.press("r", *"soon", "ctrl+s")
    return driven.world.messages[FIRST][-1].id


def kept(driven: Driven, kind: Visibility = Visibility.PUBLIC) -> str:
    return driven.inbox.writing.drafts.get(FIRST, kind)


async def test_a_held_reply_says_so_and_how_it_is_taken_back(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        message_id = await replied(driven)
        assert "◌ held · 5 s · ^Z takes it back" in driven.text()
        assert "Held for 5 s · ^Z takes it back, or u" in driven.text()
        goes_out(driven.world, find(driven.world, message_id))
        await driven.settle()
        assert "◌ held" not in driven.text()
        assert [each.id for each in driven.inbox.thread.messages].count(message_id) == 1


async def test_in_an_empty_text_ctrl_z_brings_it_back_with_the_cursor_at_its_end(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        message_id = await replied(driven)
        await driven.press("ctrl+z")
        assert driven.world.called("delete") == [message_id]
        assert driven.inbox.composer.text() == kept(driven) == "soon"
        assert driven.inbox.composer.field.cursor_location == (0, 4)
        assert driven.inbox.context is Context.COMPOSER
        assert "taken back, never sent" in driven.text()
        assert "✓" not in next(each for each in driven.text().splitlines() if "never sent" in each)
        await driven.press("e", "r", "ctrl+z")
        assert driven.world.called("delete") == [message_id], "where there is text, it undoes typing"
        assert driven.inbox.composer.text() != "sooner"


async def test_ctrl_z_before_the_answer_takes_it_back_once_it_is_there(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        await driven.press("r", *"soon")
        driven.world.hold()
        await driven.pilot.press("ctrl+s", "ctrl+z")
        await driven.pilot.pause()
        assert not driven.world.called("delete")
        driven.world.release()
        await driven.settle()
        assert len(driven.world.called("delete")) == 1
        assert driven.inbox.composer.text() == "soon"


async def test_u_in_the_list_makes_it_a_draft_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        await replied(driven)
        await driven.press("escape", "escape", "u")
        assert driven.inbox.context is Context.LIST
        assert kept(driven) == "soon"
        assert FIRST in driven.inbox.writing.drafts.conversations


async def test_too_late_says_so_and_leaves_no_draft(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        message_id = await replied(driven)
        message = find(driven.world, message_id)
        thread = driven.world.messages[FIRST]
        from dataclasses import replace

        thread[thread.index(message)] = replace(message, held_until=None)  # the news is still on its way
        await driven.press("ctrl+z")
        assert "Too late: the reply has gone out." in driven.text()
        assert kept(driven) == ""


async def test_what_cannot_be_asked_for_stays_sent(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        await replied(driven)
        driven.world.refuse("delete", Offline(driven.world.server))
        await driven.press("ctrl+z")
        assert "Not taken back:" in driven.text()
        assert kept(driven) == ""


async def test_u_skips_what_has_gone_out_by_now(monkeypatch: Patch) -> None:
    async with console(monkeypatch, holding()) as driven:
        await driven.press("p", "enter")
        goes_out(driven.world, find(driven.world, await replied(driven)))
        await driven.press("escape", "u")
        assert not driven.world.called("delete")
        assert len(driven.world.called("patch")) == 2
        assert "Taken back: #4821 has" in driven.text()


async def test_a_colleagues_held_reply_is_marked_and_not_ours_to_take(monkeypatch: Patch) -> None:
    world = holding()
    async with console(monkeypatch, world) as driven:
        await driven.press("enter")
        from dataclasses import replace
        from datetime import timedelta

        from deskterm.client.answers import Update
        from tests.screens.world import NOW

        author = Author(AuthorKind.AGENT, DANA.id, DANA.name)
        message = replace(
            world.add_message(FIRST, "I take this", NOW, author), held_until=NOW + timedelta(seconds=5)
        )
        world.arrives(Update("message.created", messages=(message,)))
        await driven.settle()
        assert "held · 5 s · not sent yet" in driven.text()
        await driven.press("r", "ctrl+z")
        assert not world.called("delete")


async def test_a_note_is_taken_back_by_u(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s")
        assert "Noted · Esc, then u takes it back" in driven.text()
        await driven.press("escape", "u")
        assert len(driven.world.called("delete")) == 1
        assert kept(driven, Visibility.INTERNAL) == "hm"
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_e_changes_the_newest_own_note_and_u_changes_it_back(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "E")
        assert isinstance(driven.top, Rewriting)
        await driven.press("!", "ctrl+s")
        note = driven.world.messages[FIRST][-1]
        assert driven.world.called("edit") == [(note.id, "hm!")]
        assert "· edited" in driven.text()
        assert "note in #4821 changed · u takes it back" in driven.text()
        await driven.press("u")
        assert driven.world.called("edit")[-1] == (note.id, "hm")


async def test_a_note_that_changed_since_is_not_changed_back(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "E", "!", "ctrl+s")
        note = driven.world.messages[FIRST][-1]
        await driven.inbox.desk.api.edit_message(note.id, "from my other console")
        await driven.settle()
        await driven.press("u")
        assert find(driven.world, note.id).body == "from my other console"
        assert "note was changed since" in driven.said()


async def test_leaving_or_emptying_a_note_changes_nothing(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "E", "!", "escape")
        assert not driven.world.called("edit")
        await driven.press("E", "backspace", "backspace", "ctrl+s")
        assert isinstance(driven.top, Rewriting)
        assert "A note says something" in driven.text()


async def test_d_deletes_an_own_note_and_u_brings_it_back(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "D")
        assert driven.world.called("delete") == [driven.world.messages[FIRST][-1].id]
        assert "message removed" in driven.text()
        assert "u brings it back" in driven.text()
        await driven.press("u")
        note = driven.world.messages[FIRST][-1]
        assert (note.body, note.deleted, note.edited_at) == ("hm", False, None)
        assert "message removed" not in driven.text()
        await driven.press("u")
        assert "Nothing to undo." in driven.text()


async def test_a_deleted_note_comes_back_once_connected_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "D")
        driven.world.offline()
        await driven.press("u")
        assert driven.world.messages[FIRST][-1].deleted
        assert "once you are" in driven.said()
        driven.world.back(0)
        await driven.settle()
        await driven.press("u")
        assert not driven.world.messages[FIRST][-1].deleted


async def test_only_own_texts_that_nobody_outside_has_read_are_changed(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", "E")
        assert "no note of yours here" in " ".join(driven.text().split())
        await driven.press("{", "D")
        assert "Only your own notes" in driven.text()
        assert not driven.world.called("delete")


async def test_the_menu_of_an_own_note_offers_to_change_and_delete_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("n", *"hm", "ctrl+s", "escape", "{", "enter")
        assert "Change your note" in driven.text()
        assert "Delete your note" in driven.text()
        await driven.press("escape", "{", "enter")
        assert "Change your note" not in driven.text()
