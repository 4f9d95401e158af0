"""Threads: a bounded window, a view that stays where the reader left it, and what is said in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from deskterm.protocol.records import Author, AuthorKind, Message, MessageKind, Visibility
from deskterm.widgets.thread.message import CUSTOMER_CELLS, MessageView
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Day, Delivery, Entry, Reading, Unread, plan
from deskterm.widgets.thread.stream import Divider
from deskterm.widgets.thread.window import MOST_MESSAGES, Window
from tests.widgets.desk import READING, talk
from tests.widgets.sample import NOW, Host, agent, ago, lines_of, message, text_of


@asynccontextmanager
async def thread(
    size: tuple[int, int] = (80, 24), **more: Any
) -> AsyncIterator[tuple[Thread, Host, Pilot[None]]]:
    """A thread with the focus."""
    shown = Thread(lambda: NOW, classes="pane", **more)
    app = Host(shown)
    async with app.run_test(size=size, message_hook=app.hear) as pilot:
        app.screen.set_focus(shown.stream)
        await pilot.pause()
        yield shown, app, pilot


def some(first: int, last: int) -> list[Message]:
    return [message(seq, f"text {seq}") for seq in range(first, last + 1)]


def in_view(shown: Thread) -> list[int]:
    """The seq of each message that is in view."""
    region = shown.stream.region
    views = shown.stream.query(MessageView)
    return [each.entry.message.seq for each in views if region.overlaps(each.region)]


async def test_a_thread_shows_its_end_and_starts_at_the_top_of_its_pane() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 50), Reading())
        await pilot.pause()
        assert in_view(shown)[-1] == 50
        shown.show(some(1, 2), Reading())
        await pilot.pause()
        assert shown.stream.scroll_y == 0
        assert "Today" in lines_of(shown.stream)[1] or "Today" in text_of(shown)
        assert shown.at_end


async def test_never_more_than_two_hundred_messages_are_mounted() -> None:
    async with thread() as (shown, app, pilot):
        shown.show(some(301, 500), Reading(), more_before=True)
        await pilot.pause()
        assert len(shown.stream.query(MessageView)) == MOST_MESSAGES
        await pilot.press("home")
        assert [each.before_id for each in app.of(Thread.NearStart)] == ["m-301"]
        shown.prepend(some(251, 300), more_before=True)
        await pilot.pause()
        assert len(shown.stream.query(MessageView)) == MOST_MESSAGES
        assert [shown.messages[0].seq, shown.messages[-1].seq] == [251, 450]
        assert 301 in in_view(shown)
        shown.append(message(501))
        await pilot.pause()
        assert shown.messages[-1].seq == 450
        await pilot.press("G")
        assert app.of(Thread.TailWanted)


async def test_older_messages_come_above_without_moving_what_is_read() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(51, 100), Reading(), more_before=True)
        await pilot.pause()
        await pilot.press("home")
        before = in_view(shown)
        shown.prepend(some(1, 50), more_before=False)
        await pilot.pause()
        await pilot.pause()
        assert [each for each in in_view(shown) if each >= 51][:8] == before[:8]


async def test_new_messages_are_counted_below_the_view_and_not_scrolled_to() -> None:
    async with thread() as (shown, app, pilot):
        shown.show(some(1, 60), Reading())
        await pilot.pause()
        await pilot.press("pageup")
        before = in_view(shown)
        for each in some(61, 63):
            shown.append(each)
        await pilot.pause()
        assert in_view(shown) == before
        assert "↓ 3 new (G)" in text_of(shown.line)
        await pilot.press("G")
        await pilot.pause()
        assert in_view(shown)[-1] == 63
        assert "new" not in text_of(shown.line)
        assert app.of(Thread.TailReached)


async def test_the_end_stays_in_view_while_it_is() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 60), Reading())
        await pilot.pause()
        for each in some(61, 70):
            shown.append(each)
        await pilot.pause()
        assert in_view(shown)[-1] == 70
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert in_view(shown)[-1] == 70


async def test_an_own_message_is_gone_to() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 60), READING)
        await pilot.pause()
        await pilot.press("home")
        shown.append(message(61, "mine", author=agent()))
        await pilot.pause()
        await pilot.pause()
        assert in_view(shown)[-1] == 61


async def test_a_message_that_is_sent_twice_is_shown_once_in_its_newer_state() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 3), Reading())
        shown.append(message(3, "edited", rev=9))
        shown.replace(message(3, "too old", rev=4))
        await pilot.pause()
        assert len(shown.messages) == 3
        assert "edited" in text_of(shown)
        assert "too old" not in text_of(shown)


async def test_what_is_unread_is_marked_until_the_reader_leaves() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 8), Reading(unread_from_seq=7, unread_count=2))
        await pilot.pause()
        assert "─ 2 new ─" in text_of(shown)
        shown.append(message(9))
        await pilot.pause()
        assert "─ 2 new ─" in text_of(shown)
        shown.show(some(1, 9), Reading())
        await pilot.pause()
        assert "new" not in text_of(shown)


async def test_everything_a_thread_can_say() -> None:
    async with thread(size=(80, 60)) as (shown, _, pilot):
        shown.show(talk(), READING)
        shown.set_typing(["Ana"], ["Jonas", "Tom"])
        await pilot.pause()
        text = text_of(shown)
        for words in (
            "── Yesterday ──",
            "── Today ──",
            "▒ Mia · internal note",
            "▒ looks like the SSO rollout",
            "Conversation assigned to Mia Kern",
            "│ We plan a short maintenance",
            "✓✓ 11:55",
            "✗ Not sent: the desk could not be reached.",
            "◌ Jonas and Tom are viewing · Ana is typing…",
        ):
            assert words in text
        assert text.count("Ana Souza ") == 3
        shown.set_typing([])
        assert "typing" not in text_of(shown)


async def test_deliveries_go_from_sending_to_sent_to_seen_or_failed() -> None:
    async with thread() as (shown, _, pilot):
        shown.show([message(0, "hi", author=agent())], Reading(own_ids=frozenset({"mia"})))
        for delivery in (Delivery.SENDING, Delivery.SENT, Delivery.SEEN):
            shown.set_delivery("m-0", delivery)
            await pilot.pause()
            assert f"{delivery.value} " in text_of(shown.stream)
        shown.set_delivery("m-0", Delivery.FAILED, "The desk is offline.")
        await pilot.pause()
        assert "✗ The desk is offline." in text_of(shown.stream)


async def test_a_removed_message_says_so_and_nothing_of_its_text() -> None:
    async with thread() as (shown, _, pilot):
        shown.show([replace(message(1, "secret"), deleted=True)], Reading())
        await pilot.pause()
        assert "message removed" in text_of(shown)
        assert "secret" not in text_of(shown)


async def test_text_is_no_wider_than_can_be_read() -> None:
    async with thread(size=(140, 20), cells=CUSTOMER_CELLS) as (shown, _, pilot):
        shown.show([message(1, "word " * 60)], Reading())
        await pilot.pause()
        longest = max(len(line.rstrip()) for line in lines_of(shown.stream) if "word" in line)
        assert CUSTOMER_CELLS - 10 < longest <= CUSTOMER_CELLS


async def test_loading_and_sentences_stand_in_for_messages() -> None:
    async with thread() as (shown, _, pilot):
        shown.show_loading()
        await pilot.pause()
        assert "░░░" in text_of(shown)
        shown.show_sentence("Nothing was said yet.", "r reply")
        await pilot.pause()
        assert "Nothing was said yet." in text_of(shown)
        assert "r reply" in text_of(shown)
        shown.show_sentence("The desk did not answer.", "F5 retry", failed=True)
        await pilot.pause()
        assert "✗ The desk did not answer." in text_of(shown)
        shown.show(some(1, 2), Reading())
        await pilot.pause()
        assert "answer" not in text_of(shown)
        assert "text 2" in text_of(shown)


async def test_words_that_are_dragged_over_can_be_copied() -> None:
    async with thread() as (shown, app, pilot):
        shown.show([message(1, "copy me please")], Reading())
        await pilot.pause()
        view = shown.stream.query_one(MessageView)
        view.text_select_all()
        assert app.screen.get_selected_text() == "copy me please"


async def test_scrolling_keeps_widgets() -> None:
    async with thread() as (shown, _, pilot):
        shown.show(some(1, 30), Reading())
        await pilot.pause()
        before = list(shown.stream.query(MessageView))
        shown.append(message(31))
        await pilot.pause()
        assert list(shown.stream.query(MessageView))[:30] == before
        assert len(shown.stream.query(Divider)) == 1


def test_messages_of_one_author_within_five_minutes_share_a_header() -> None:
    minutes = (30, 29, 20, 19, 18)
    messages = [message(seq, created_at=ago(each)) for seq, each in enumerate(minutes, 1)]
    messages[4] = replace(messages[4], visibility=Visibility.INTERNAL)
    entries = [item for _, item in plan(messages, Reading(), NOW) if isinstance(item, Entry)]
    assert [each.head for each in entries] == [True, False, True, False, True]


def test_days_and_the_unread_line_break_a_group() -> None:
    late, early = message(1, created_at=ago(12 * 60 + 12)), message(2, created_at=ago(12 * 60 + 9))
    items = [item for _, item in plan([late, early], Reading(unread_from_seq=2, unread_count=1), NOW)]
    assert [type(each) for each in items] == [Day, Entry, Day, Unread, Entry]
    assert isinstance(items[-1], Entry)
    assert items[-1].head


def test_notes_and_system_lines_carry_no_delivery() -> None:
    note = message(1, author=agent(), visibility=Visibility.INTERNAL)
    system = message(2, author=Author(AuthorKind.SYSTEM), kind=MessageKind.ACTIVITY)
    entries = [item for _, item in plan([note, system], READING, NOW) if isinstance(item, Entry)]
    assert [each.delivery for each in entries] == [None, None]


def test_a_window_keeps_order_and_no_doubles() -> None:
    window = Window(most=3)
    window.show([message(2), message(1)], more_before=False, more_after=False)
    window.append([message(0), message(3), message(3)])
    assert [each.seq for each in window.messages] == [2, 3, 0]
    assert window.more_before
    window.prepend([message(1)], more_before=False)
    assert [each.seq for each in window.messages] == [1, 2, 3]
    assert window.more_after
