"""Canned replies by keyboard: finding one, filling it in, not sending what is not, and keeping them."""

from pathlib import Path

import pytest

from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, Offline
from deskterm.protocol.canned_replies import CannedReplyGone
from deskterm.protocol.records import Visibility
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.screens.writing.canned_chooser import ChooseCanned
from deskterm.screens.writing.canned_form import EditCanned
from deskterm.settings import Settings
from tests.screens.console import Driven, console
from tests.screens.test_type_ahead import burst
from tests.screens.world import DANA, SARAH, World

REFUND = "Hi {contact.first_name|there}, order {order_number}: {amount} are on their way. {agent.name}"


def world(who=SARAH, **settings: str) -> World:  # type: ignore[no-untyped-def]
    made = World(who, settings)
    made.keep_canned("bye", "Solved", "Glad it works, {contact.name} of {contact.company}! #{ticket.number}")
    made.keep_canned("refund", "Refund is on its way", REFUND)
    made.keep_canned("logs", "Which logs", "Please run {{ .Logs }} and {'a': 1}", visibility="own")
    return made


def sent(driven: Driven) -> list[str]:
    return [body for _, body, _ in driven.world.called("send")]


def selected(driven: Driven) -> str:
    return driven.inbox.composer.field.selected_text


async def test_one_is_found_by_its_shortcut_and_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", *"bye")
        assert "Glad it works, Ana Souza of Acme Corporation! #4821" in driven.text()
        await driven.press("enter")
        assert driven.inbox.composer.text() == "Glad it works, Ana Souza of Acme Corporation! #4821"
        await driven.press("ctrl+s")
        assert sent(driven) == ["Glad it works, Ana Souza of Acme Corporation! #4821"]


async def test_it_comes_to_where_the_cursor_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *"ab", "left", "ctrl+r", *"logs", "enter")
        assert driven.inbox.composer.text() == "aPlease run {{ .Logs }} and {'a': 1}b"
        await driven.press("ctrl+s")
        assert sent(driven) == ["aPlease run {{ .Logs }} and {'a': 1}b"]


async def test_a_semicolon_at_the_beginning_of_a_line_asks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "a", ";")
        assert not isinstance(driven.top, ChooseCanned)
        await driven.press("enter", ";")
        assert isinstance(driven.top, ChooseCanned)
        await driven.press("escape")
        assert driven.inbox.composer.text() == "a;\n;"


async def test_letters_typed_ahead_of_the_chooser_arrive_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r")
        await burst(driven, ";lo")
        assert isinstance(driven.top, ChooseCanned)
        await driven.press("enter")
        assert driven.inbox.composer.text().startswith("Please run")


async def test_a_whole_burst_inserts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", "escape")
        driven.world.calls.clear()
        await burst(driven, "\x12bye\r!\x13")
        assert sent(driven) == ["Glad it works, Ana Souza of Acme Corporation! #4821!"]


async def test_what_is_not_filled_in_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", *"refund", "enter")
        assert driven.inbox.composer.text().startswith("Hi Ana, order {order_number}: {amount}")
        assert selected(driven) == "{order_number}"
        await driven.press("ctrl+s")
        assert sent(driven) == []
        assert "{order_number} is not filled in, and 1 more." in driven.text()
        await driven.press(*"1182", "tab")
        assert selected(driven) == "{amount}"
        await driven.press("ctrl+s")
        assert "{amount} is not filled in." in driven.text()
        await driven.press(*"12 EUR", "enter", "ctrl+s")
        assert sent(driven) == ["Hi Ana, order 1182: 12 EUR are on their way. Support"]


async def test_enter_goes_to_the_next_place_and_then_is_enter_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", *"refund", "enter", "1", "enter", "2", "enter", "enter", "x")
        assert driven.inbox.composer.text() == "Hi Ana, order 1: 2 are on their way. Support\nx"


async def test_tab_is_the_next_pane_once_all_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", *"bye", "enter", "tab")
        assert not driven.inbox.composer.field.has_focus


async def test_braces_that_somebody_wrote_do_not_stop_a_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *"use {order_number}", "ctrl+s")
        assert sent(driven) == ["use {order_number}"]


async def test_a_quote_with_the_same_braces_does_not_stop_it_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *"> {order_number}", "enter", "ctrl+r", *"refund", "enter", "1", "tab", "2")
        await driven.press("ctrl+s")
        assert sent(driven) == ["> {order_number}\nHi Ana, order 1: 2 are on their way. Support"]


async def test_what_is_open_stays_open_in_the_draft_over_a_restart_and_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(motion="none", home=tmp_path, read_delay=0.0)
    desk = world()
    async with console(monkeypatch, desk, settings=settings) as driven:
        await driven.press("r", "ctrl+r", *"refund", "enter", "escape", "J", "K")
        await driven.press("r", "ctrl+s")
        assert "{order_number} is not filled in" in driven.text()
        await driven.inbox.writing.save()
    async with console(monkeypatch, desk, settings=settings) as driven:
        await driven.press("r", "ctrl+s")
        assert "{order_number} is not filled in" in driven.text()
        await driven.press("f7", "f7", "ctrl+s")  # thrown away, and brought back
        assert "{order_number} is not filled in" in driven.text()
        await driven.inbox.push_drafts()
    elsewhere = Settings(motion="none", home=tmp_path / "elsewhere", read_delay=0.0)
    async with console(monkeypatch, desk, settings=elsewhere) as driven:
        await driven.press("r", "ctrl+s")
        assert "{order_number} is not filled in, and 1 more." in driven.text()
        await driven.press(*"1182", "tab", *"12 EUR")
        await driven.inbox.push_drafts()
        assert sent(driven) == []
        await driven.press("ctrl+s")
        assert sent(driven) == ["Hi Ana, order 1182: 12 EUR are on their way. Support"]


async def test_behind_a_persona_no_agent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world(voice="agent")) as driven:
        await driven.press("r", "ctrl+r", *"refund", "enter")
        assert driven.inbox.composer.text().endswith("Sarah Johnson")
    async with console(monkeypatch, world()) as driven:
        await driven.press("n", "ctrl+r", *"refund", "enter")
        assert driven.inbox.composer.text(Visibility.INTERNAL).endswith("Sarah Johnson")


async def test_the_one_used_last_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(motion="none", home=tmp_path, read_delay=0.0)
    async with console(monkeypatch, world(), settings=settings) as driven:
        await driven.press("r", "ctrl+r", *"refund", "enter", "ctrl+r")
        assert "are on their way" in driven.text().rpartition("Refund is on its way")[2]
    async with console(monkeypatch, world(), settings=settings) as driven:
        await driven.press("r", "ctrl+r", "enter")
        assert "{order_number}" in driven.inbox.composer.text()


async def test_they_are_asked_for_once_and_kept_true_live(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", "ctrl+r", "escape", "ctrl+r")
        assert driven.world.called("canned_replies") == [None]
        added = driven.world.keep_canned("hello", "Welcome", "Welcome!")
        driven.world.arrives(Update("canned_reply.created", canned_reply=added))
        gone = CannedReplyGone("r-bye", 99_999)
        driven.world.arrives(Update("canned_reply.deleted", canned_reply_gone=gone))
        await driven.press("escape", "ctrl+r")
        assert "Welcome" in driven.text()
        assert "Solved" not in driven.text()


async def test_offline_it_says_why_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        driven.world.refuse("canned_replies", Offline("https://desk.example.com"))
        await driven.press("r", "ctrl+r")
        assert "The canned replies are not here" in driven.text()
        driven.world.failures.clear()
        await driven.press("escape", "ctrl+r", *"bye", "enter")
        assert "Glad it works" in driven.inbox.composer.text()


async def test_a_new_one_is_written_and_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("g", ";", *"vat", "f7")
        assert isinstance(driven.top, EditCanned)
        await driven.press(*"VAT numbers", "tab", *"Your VAT, {contact.name}", "ctrl+s")
        assert driven.world.called("create_canned") == [
            {
                "visibility": "own",
                "shortcut": "vat",
                "title": "VAT numbers",
                "body": "Your VAT, {contact.name}",
            }
        ]
        assert isinstance(driven.top, ChooseCanned)
        assert "Your VAT, Ana Souza" in driven.text()


async def test_what_is_written_already_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *"A long answer", "ctrl+r", "f7", *"long", "tab", *"Long", "ctrl+s")
        [made] = driven.world.called("create_canned")
        assert (made["shortcut"], made["body"]) == ("long", "A long answer")
        await driven.press("escape")
        assert driven.inbox.composer.text() == "A long answer"


async def test_a_taken_shortcut_is_said_in_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        driven.world.refuse("create_canned", ApiError("conflict", 409, "Taken."))
        await driven.press("g", ";", *"vat", "f7", *"VAT", "tab", *"text", "ctrl+s")
        assert "The shortcut vat is taken." in driven.text()
        await driven.press("escape")
        assert "Not saved." in driven.text()
        await driven.press("escape")
        assert isinstance(driven.top, ChooseCanned)


async def test_staff_change_their_own_and_not_the_shared_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("g", ";", *"logs", "enter", "tab", "tab", "end", "!", "ctrl+s")
        assert isinstance(driven.top, ChooseCanned)
        [(which, fields)] = driven.world.called("patch_canned")
        assert which == "r-logs"
        assert fields["title"] == "Which logs!"
        await driven.press("escape", "g", ";", *"bye", "f4")
        assert isinstance(driven.top, InboxScreen)
        assert "changed by admins" in " ".join(driven.text().split())


async def test_admins_write_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world(DANA)) as driven:
        await driven.press("g", ";", *"vat", "f7", *"VAT", "tab", *"text", "f9")
        assert "everybody uses it" in driven.text()
        await driven.press("ctrl+s")
        assert driven.world.called("create_canned")[0]["visibility"] == "shared"


async def test_deleting_is_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("g", ";", *"logs", "f8")
        assert "F8 again deletes logs" in driven.text()
        assert driven.world.called("delete_canned") == []
        await driven.press("f8")
        assert driven.world.called("delete_canned") == ["r-logs"]
        assert isinstance(driven.top, ChooseCanned)
        assert "Which logs" not in driven.text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("card 4111 1111 1111 1111", "Card number …1111 in a public reply?"),
        ("ask boss@other.example", "boss@other.example in a public reply?"),
    ],
)
async def test_what_looks_private_is_asked_about_once(
    text: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *text, "ctrl+s")
        assert sent(driven) == []
        assert said in driven.text()
        await driven.press("ctrl+s")
        assert sent(driven) == [text]


@pytest.mark.parametrize("text", ["ana@example.com is yours", "order 4111 1111 1111 1112", "call 0301234567"])
async def test_what_is_the_contacts_own_or_no_card_is_sent_at_once(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("r", *text, "ctrl+s")
        assert sent(driven) == [text]


async def test_notes_may_hold_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, world()) as driven:
        await driven.press("n", *"card 4111111111111111", "ctrl+s")
        assert sent(driven) == ["card 4111111111111111"]
