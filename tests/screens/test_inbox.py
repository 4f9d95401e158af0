"""The inbox in daily work: what comes in meanwhile, what is kept, what is refused, what others do."""

from dataclasses import replace
from pathlib import Path

import pytest

from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, Offline
from deskterm.commands.model import Context
from deskterm.protocol.records import Author, AuthorKind, Presence, Status, Visibility
from deskterm.settings import Settings
from tests.screens.console import SIZES, Driven, console
from tests.screens.world import DANA, MIKE, SARAH, World, cid

ANA, KENJI, PRIYA = cid(4821), cid(4820), cid(4817)

Patch = pytest.MonkeyPatch


def rows(driven: Driven) -> list[str]:
    return [each.id for each in driven.inbox.listing.rows]


async def test_a_staff_member_answers_while_the_customer_goes_on_writing(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "O", "n", "space", "i", "t")
        driven.world.writes(ANA, "hello?")
        await driven.settle()
        assert "hello?" in driven.text()
        assert driven.inbox.composer.text() == "On it"
        await driven.press("!", "ctrl+s")
        assert driven.world.messages[ANA][-1].body == "On it!"
        assert "On it!" in driven.text()
        assert "✓" in driven.text()


async def test_the_cursor_stays_on_its_conversation_while_rows_move(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("j")
        answered = replace(driven.world.conversations[ANA], waiting_since=None)
        driven.world.arrives(Update("conversation.updated", conversation=driven.world.put(answered)))
        await driven.settle()
        assert rows(driven)[:2] == [KENJI, PRIYA]
        assert driven.inbox.list.cursor_id == KENJI


async def test_staff_opening_a_conversation_marks_it_read(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        assert driven.world.called("read") == []
        await driven.press("enter")
        await driven.settle()
        assert driven.world.called("read") == [ANA]
        assert "1 new" in driven.text()  # the line stays until the reader leaves


async def test_looking_at_the_preview_marks_nothing_read(monkeypatch: Patch) -> None:
    async with console(monkeypatch, size=(80, 24)) as driven:
        driven.inbox.preview()
        await driven.settle()
        assert driven.inbox.reading.conversation_id == ANA
        assert "any news?" in driven.text()
        assert driven.world.called("read") == []


async def test_an_admin_looking_marks_nothing_read(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("enter")
        await driven.settle()
        assert "any news?" in driven.text()
        assert driven.world.called("read") == []


async def test_the_other_side_typing_is_shown(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        driven.world.types(ANA)
        await driven.settle()
        assert "Ana Souza is typing" in driven.text()
        driven.world.writes(ANA, "there")
        await driven.settle()
        assert "is typing" not in driven.text()


async def test_drafts_are_kept_by_conversation_and_kind(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "a", "b")
        await driven.press("ctrl+t", "c")
        await driven.press("escape", "J", "r", "d", "escape", "K")
        assert driven.inbox.composer.text(Visibility.PUBLIC) == "ab"
        assert driven.inbox.composer.text(Visibility.INTERNAL) == "c"
        assert "✎ draft" in driven.text()


async def test_quitting_keeps_the_draft_for_the_next_start(monkeypatch: Patch, tmp_path: Path) -> None:
    settings = Settings(motion="none", home=tmp_path / "deskterm")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("r", "s", "o", "o", "n", "ctrl+q")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("enter")
        assert driven.inbox.composer.text() == "soon"


async def test_a_note_is_never_sent_as_a_reply(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "p", "u", "b", "ctrl+t", "n", "o", "t", "e", "ctrl+s")
        [(_, body, fields)] = driven.world.called("send")
        assert (body, fields["visibility"]) == ("note", Visibility.INTERNAL)
        assert driven.inbox.composer.text(Visibility.PUBLIC) == "pub"


async def test_a_send_while_offline_stays_visible_as_failed_and_goes_out_later_once(
    monkeypatch: Patch,
) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r")
        driven.world.offline()
        await driven.press("H", "i", "ctrl+s")
        shown = driven.text()
        assert "offline since 12:07" in shown
        assert "1 message waiting" in shown
        assert "not sent yet, goes out once connected again" in shown
        assert "✗" in shown
        driven.world.back(14)
        await driven.settle()
        assert [each.body for each in driven.world.messages[ANA]].count("Hi") == 1
        assert "back · 14 updates" in driven.text()
        assert "not sent yet" not in driven.text()


async def test_what_never_went_out_does_so_at_the_next_start(monkeypatch: Patch, tmp_path: Path) -> None:
    settings = Settings(motion="none", home=tmp_path / "deskterm")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("r")
        driven.world.offline()
        await driven.press("H", "i", "ctrl+s", "ctrl+q")
    async with console(monkeypatch, settings=settings) as driven:
        while not driven.world.called("send"):
            await driven.pilot.pause(0.01)
        assert [body for _, body, _ in driven.world.called("send")] == ["Hi"]
        await driven.press("enter")
        assert driven.inbox.composer.text() == ""
        await driven.inbox.desk.close()


async def test_reading_goes_on_while_offline(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", "escape")
        driven.world.offline()
        await driven.press("j", "k", "enter")
        assert "any news?" in driven.text()
        await driven.press("J")
        assert "does not answer" in driven.text()
        await driven.press("r", "H", "i", "ctrl+s")
        assert "not sent yet, goes out once connected again" in driven.text()
        driven.world.back(0)
        await driven.settle()
        assert "請求書" in driven.text().split("#4820")[1]
        assert "not sent" not in driven.text()
        assert [each.body for each in driven.world.messages[KENJI]][-1] == "Hi"


async def test_a_reply_that_crossed_a_colleagues_comes_back_to_its_author(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "H", "i")
        newer = driven.world.add_message(
            ANA,
            "I am on it",
            driven.world.messages[ANA][-1].created_at,
            Author(AuthorKind.AGENT, MIKE.id, MIKE.name),
        )
        driven.world.refuse("send", ApiError("stale", 409, "Stale.", {"newer": []}))
        await driven.press("ctrl+s")
        assert driven.inbox.composer.text() == "Hi"
        assert "A colleague has answered" in driven.text()
        driven.world.failures.clear()
        moved = driven.world.put(driven.world.conversations[ANA])
        driven.world.arrives(Update("message.created", conversation=moved, messages=(newer,)))
        await driven.settle()
        await driven.press("ctrl+s")
        assert driven.world.called("send")[-1][2]["seen_seq"] == newer.seq
        assert driven.world.messages[ANA][-1].body == "Hi"


async def test_losing_the_open_conversation_says_who_has_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        driven.world.revokes(ANA, "claimed", MIKE)
        await driven.settle()
        assert "Mike Chen has taken this conversation." in driven.text()
        assert ANA not in rows(driven)
        assert driven.inbox.reading.conversation_id is None
        assert driven.inbox.context is Context.LIST


async def test_losing_it_while_writing_keeps_the_text_and_turns_no_letter_into_a_command(
    monkeypatch: Patch,
) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "H", "i")
        driven.world.revokes(ANA, "reassigned", DANA)
        await driven.settle()
        await driven.press("e", "e")
        assert driven.world.called("patch") == []
        assert driven.inbox.composer.text() == "Hiee"
        assert "Your text is kept below" in driven.text()
        driven.world.refuse("send", ApiError("not_found", 404, "Not found."))
        await driven.press("ctrl+s")
        assert driven.inbox.composer.text() == "Hiee"
        assert "no longer yours" in driven.text()
        await driven.press("escape", "escape")
        assert driven.inbox.writing.drafts.get(ANA, Visibility.PUBLIC) == "Hiee"


async def test_resolved_by_a_colleague_while_writing(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "H", "i")
        resolved = driven.world.put(replace(driven.world.conversations[ANA], status=Status.RESOLVED))
        driven.world.arrives(Update("conversation.updated", conversation=resolved))
        await driven.settle()
        await driven.press("e")
        assert driven.world.called("patch") == []
        assert driven.inbox.composer.text() == "Hie"


async def test_a_resolved_conversation_takes_notes_but_no_replies(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("3", "r")
        assert "#4700 is resolved: o reopens it" in driven.text()
        assert driven.inbox.context is Context.LIST
        await driven.press("n", "h", "m", "ctrl+s")
        assert driven.world.messages[cid(4700)][-1].visibility is Visibility.INTERNAL


async def test_an_illegal_change_says_what_is_legal(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        elsewhere = replace(driven.world.conversations[ANA], status=Status.CLOSED)
        driven.world.conversations[ANA] = elsewhere
        await driven.press("e")
        assert "#4821 is closed by now; it can become open." in driven.text()


async def test_a_change_while_offline_changes_nothing_and_says_so(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.refuse("patch", Offline("https://desk.example.com"))
        await driven.press("e")
        assert ANA in rows(driven)
        assert "#4821 is unchanged" in driven.text()


@pytest.mark.parametrize(("advance", "follows"), [("next", KENJI), ("stay", None)])
async def test_what_follows_a_resolve_is_a_choice(
    monkeypatch: Patch, advance: str, follows: str | None
) -> None:
    settings = Settings(motion="none", advance="next" if advance == "next" else "stay")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("enter", "e")
        assert driven.inbox.reading.conversation_id == follows
        assert driven.inbox.list.cursor_id == KENJI


async def test_undo_opens_a_resolved_conversation_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("e", "u")
        assert driven.world.conversations[ANA].status is Status.OPEN
        assert ANA in rows(driven)
        await driven.press("u")
        assert "Nothing to undo." in driven.text()


async def test_keys_typed_ahead_arrive_where_they_belong(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        for key in ("r", "e", "j", "1", "g", "i"):
            driven.app.simulate_key(key)
        await driven.settle()
        assert driven.inbox.composer.text() == "ej1gi"


async def test_what_a_person_may_not_do_is_absent(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(SARAH, {"staff_may_return": False})) as driven:
        await driven.press("a", "A")
        assert driven.world.called("patch") == []
        assert len(driven.app.screen_stack) == 2
        await driven.press("?")
        assert "Assign" not in driven.text()
        assert "Take or give back" not in driven.text()
        await driven.press("escape", "4")
        assert driven.inbox.listing.view is driven.inbox.views[0]


async def test_staff_of_an_open_organization_see_and_take_the_unassigned(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(SARAH, {"staff_sees": "unassigned"})) as driven:
        await driven.press("g", "u", "A")
        assert driven.world.called("patch") == [(cid(4823), {"assignee_id": "m-sarah"})]


async def test_the_palette_runs_what_was_found(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("colon", *"internal", "enter")
        assert driven.inbox.context is Context.COMPOSER
        assert driven.inbox.composer.visibility is Visibility.INTERNAL


async def test_an_empty_inbox_says_so(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(SARAH, empty=True)) as driven:
        assert "You have answered everything." in driven.text()


async def test_an_empty_filter_names_itself_and_escape_clears_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("/", *"source:email", "enter")
        assert "Nothing for source:email." in driven.text()
        assert "Esc clears the filter" in driven.text()
        await driven.press("escape")
        assert len(rows(driven)) == 6


async def test_a_list_that_does_not_load_says_so_and_tries_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.refuse("conversations", Offline("https://desk.example.com"))
        await driven.press("3")
        assert "does not answer" in driven.text()
        driven.world.failures.clear()
        await driven.press("f5")
        assert rows(driven) == [cid(4700)]
        assert "Priya N." in driven.text()


@pytest.mark.parametrize("size", SIZES)
async def test_resizing_keeps_focus_scroll_and_draft(monkeypatch: Patch, size: tuple[int, int]) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("enter", "g", "g", "r", "H", "i")
        driven.inbox.thread.stream.scroll_to(y=2, animate=False)
        await driven.settle()
        for width, height in (*SIZES, (40, 12), size):
            await driven.pilot.resize_terminal(width, height)
            await driven.settle()
            assert driven.inbox.context is Context.COMPOSER
        await driven.press("!")
        assert driven.inbox.composer.text() == "Hi!"
        assert driven.inbox.reading.conversation_id == ANA


@pytest.mark.parametrize(
    "size", [(1, 1), (2, 2), (20, 5), (59, 24), (80, 10), (99, 30), (159, 40), (300, 100)]
)
async def test_no_size_is_too_small_or_too_large(monkeypatch: Patch, size: tuple[int, int]) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("j", "enter", "r", "H", "escape", "?", "escape", "s", "escape", "colon", "escape")
        assert driven.inbox.composer.text() == "H"


async def test_the_details_are_those_of_the_row_under_the_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(120, 36)) as driven:
        await driven.press("i")
        first = driven.inbox.list.cursor_id
        assert driven.inbox.reading.conversation_id == first
        assert "Nothing open." not in driven.text()
        await driven.press("j")
        assert driven.inbox.list.cursor_id != first
        while driven.inbox.reading.conversation_id == first:
            await driven.pilot.pause(0.05)
        assert driven.inbox.reading.conversation_id == driven.inbox.list.cursor_id
        assert driven.world.called("read") == []
        await driven.press("escape")
        assert not driven.inbox.sidebar.display
        assert driven.inbox.list.has_focus


async def test_hidden_details_stay_hidden_where_they_have_a_pane(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(200, 50)) as driven:
        await driven.press("enter", "i", "escape")
        assert not driven.inbox.sidebar.display
        await driven.press("i")
        assert driven.inbox.sidebar.display


async def test_details_hidden_in_their_pane_do_not_lie_over_a_smaller_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch, size=(200, 50)) as driven:
        await driven.press("i")
        await driven.pilot.resize_terminal(80, 24)
        await driven.settle()
        assert not driven.inbox.sidebar.display
        await driven.press("i")
        await driven.pilot.resize_terminal(200, 50)
        await driven.settle()
        assert driven.inbox.sidebar.display


async def test_the_details_fit_into_a_tiny_window(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, size=(40, 20)) as driven:
        await driven.press("enter", "i")
        assert driven.inbox.sidebar.region.x == 0


async def test_the_tab_counts_what_the_list_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        before = len(driven.inbox.listing.rows)
        await driven.press("e")
        assert len(driven.inbox.listing.rows) == before - 1
        assert driven.inbox.listing.total(driven.inbox.listing.view) == before - 1


async def test_who_left_while_one_was_away_is_not_taken_to_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("a")
        assert "● Sarah Johnson" in driven.text()
        await driven.press("escape")
        driven.world.offline()
        driven.world.members[SARAH.id] = replace(SARAH, presence=Presence.OFFLINE)
        driven.world.back(0)
        await driven.settle()
        await driven.press("a")
        assert "○ Sarah Johnson" in driven.text()
