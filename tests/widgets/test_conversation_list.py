"""The list of conversations: the cursor is a conversation, little is repainted, and pages are asked for."""

from datetime import timedelta

import pytest
from rich.console import RenderableType
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip

from deskterm.protocol.records import Conversation
from deskterm.widgets.conversations.list import ConversationList
from tests.widgets.sample import NOW, Host, ago, conversation, inbox, lines_of, text_of


class Counting(ConversationList):
    """Counts the lines it draws."""

    drawn = 0

    def render_line(self, y: int) -> Strip:
        self.drawn += 1
        return super().render_line(y)


def many(count: int, start: int = 1) -> list[Conversation]:
    return [conversation(number, f"Customer {number}") for number in range(start, start + count)]


def ids(*numbers: int) -> list[str]:
    return [f"id-{number}" for number in numbers]


class Shown:
    """A list with the focus on a screen of its own."""

    def __init__(self, rows: list[Conversation], **more: bool) -> None:
        self.time = NOW
        self.list = Counting(lambda: self.time, classes="pane")
        self.app = Host(self.list)
        self.rows = rows
        self.more = more

    async def start(self, pilot: Pilot[None]) -> None:
        self.list.set_heading("Mine · open")
        self.list.set_rows(self.rows, **self.more)
        self.app.screen.set_focus(self.list)
        await pilot.pause()

    @property
    def top(self) -> int:
        return self.list.scroll_offset.y // self.list.row_height


async def test_keys_move_the_cursor_and_enter_opens() -> None:
    shown = Shown(many(50))
    async with shown.app.run_test(size=(80, 12), message_hook=shown.app.hear) as pilot:
        await shown.start(pilot)
        for keys, number in {
            "j": 2,
            "down": 3,
            "k": 2,
            "up": 1,
            "pagedown": 11,
            "pageup": 1,
            "ctrl+d": 6,
            "ctrl+u": 1,
            "G": 50,
            "home": 1,
            "end": 50,
        }.items():
            await pilot.press(keys)
            assert shown.list.cursor_id == f"id-{number}", keys
        await pilot.press("enter")
        assert shown.app.of(ConversationList.Opened)[-1].conversation_id == "id-50"
        assert shown.app.of(ConversationList.Highlighted)[1].conversation_id == "id-2"


async def test_moving_the_cursor_draws_two_rows() -> None:
    shown = Shown(many(50))
    async with shown.app.run_test(size=(80, 30)) as pilot:
        await shown.start(pilot)
        shown.list.drawn = 0
        await pilot.press("j")
        assert shown.list.drawn == 2


async def test_moving_the_cursor_in_a_narrow_list_draws_two_rows_of_two_lines() -> None:
    shown = Shown(many(50))
    async with shown.app.run_test(size=(46, 30)) as pilot:
        await shown.start(pilot)
        shown.list.drawn = 0
        await pilot.press("j")
        assert shown.list.drawn == 4


async def test_a_hundred_thousand_rows_draw_only_what_is_seen() -> None:
    shown = Shown(many(100_000))
    async with shown.app.run_test(size=(80, 24)) as pilot:
        await shown.start(pilot)
        shown.list.drawn = 0
        await pilot.press("G")
        assert shown.list.cursor_id == "id-100000"
        assert shown.list.drawn <= 24 * 2
        assert "#100000" in text_of(shown.list)


async def test_rows_that_come_are_one_frame_with_the_bar_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(many(50))
    async with shown.app.run_test(size=(60, 14)) as pilot:
        await shown.start(pilot)
        frames: list[bool] = []
        display = shown.app._display

        def count(screen: Screen[None], drawn: RenderableType | None) -> None:
            frames.append(drawn is not None)
            display(screen, drawn)

        monkeypatch.setattr(shown.app, "_display", count)
        for rows in (many(90), many(60)):
            frames.clear()
            shown.list.set_rows(rows)
            await pilot.pause()
            assert sum(frames) == 1
            assert shown.list.vertical_scrollbar.window_virtual_size == len(rows)


async def test_the_cursor_stays_on_its_conversation_while_rows_move() -> None:
    shown = Shown(many(20))
    async with shown.app.run_test(size=(80, 30), message_hook=shown.app.hear) as pilot:
        await shown.start(pilot)
        await pilot.press("j", "j", "j")
        shown.list.set_rows(list(reversed(many(25))))
        await pilot.pause()
        assert shown.list.cursor_id == "id-4"
        assert next(line for line in lines_of(shown.list) if "▌" in line).split()[1] == "#4"
        assert [each.conversation_id for each in shown.app.of(ConversationList.Highlighted)] == ids(
            1, 2, 3, 4
        )


async def test_a_removed_row_leaves_the_cursor_to_the_next_one() -> None:
    shown = Shown(many(5))
    async with shown.app.run_test(size=(80, 30), message_hook=shown.app.hear) as pilot:
        await shown.start(pilot)
        await pilot.press("j")
        shown.list.remove_row("id-2")
        assert shown.list.cursor_id == "id-3"
        await pilot.press("G")
        shown.list.remove_row("id-5")
        assert shown.list.cursor_id == "id-4"
        shown.list.remove_row("id-unknown")
        await pilot.pause()
        assert shown.app.of(ConversationList.Highlighted)[-1].conversation_id == "id-4"
        shown.list.set_rows(many(20))
        shown.list.set_rows([each for each in many(20) if each.number not in (2, 3, 4, 5)])
        assert shown.list.cursor_id == "id-6", "of many that went, to the next one that is left"


async def test_rows_that_come_above_the_view_do_not_move_it() -> None:
    shown = Shown(many(100, start=3))
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        await pilot.press("pagedown", "pagedown", "pagedown")
        place = shown.top
        before = lines_of(shown.list)[1:-1]
        shown.list.set_rows(many(102))
        await pilot.pause()
        assert lines_of(shown.list)[1:-1] == before
        assert shown.top == place + 2
        assert "↑ 2 new" in lines_of(shown.list)[0]
        await pilot.press("home")
        assert "new" not in lines_of(shown.list)[0]


async def test_at_the_top_new_rows_are_seen() -> None:
    shown = Shown(many(100, start=3))
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        shown.list.set_rows(many(102))
        await pilot.pause()
        assert shown.top == 0
        assert "#1 " in lines_of(shown.list)[1]
        assert "new" not in lines_of(shown.list)[0]


async def test_the_next_page_is_asked_for_once() -> None:
    shown = Shown(many(60), more=True)
    async with shown.app.run_test(size=(80, 12), message_hook=shown.app.hear) as pilot:
        await shown.start(pilot)
        assert not shown.app.of(ConversationList.NearEnd)
        await pilot.press("G", "k", "k")
        assert [each.loaded for each in shown.app.of(ConversationList.NearEnd)] == [60]
        shown.list.set_rows(many(120), more=False)
        await pilot.press("G")
        assert [each.loaded for each in shown.app.of(ConversationList.NearEnd)] == [60]


async def test_a_new_state_of_a_row_is_drawn_in_its_place() -> None:
    shown = Shown(inbox())
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        shown.list.drawn = 0
        shown.list.update_row(conversation(4811, "Lena Vogel", rev=9999, subject="Another subject", unread=3))
        await pilot.pause()
        assert shown.list.drawn == 1
        assert "●  #4811 Lena Vogel" in lines_of(shown.list)[5]
        assert "Another subject" in lines_of(shown.list)[5]


async def test_drafts_are_marked_and_unmarked() -> None:
    shown = Shown(inbox())
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        shown.list.set_drafts(frozenset(ids(4811)))
        assert "✎ draft" in lines_of(shown.list)[5]
        await pilot.press("j", "j", "j", "j")
        shown.list.set_drafts(frozenset())
        assert "✎" not in text_of(shown.list)
        await pilot.press("k")
        assert "✎" not in text_of(shown.list)


async def test_a_tick_repaints_only_what_reads_differently() -> None:
    fresh = conversation(1, last_message_at=ago(1))
    old = conversation(2, last_message_at=ago(3 * 24 * 60))
    shown = Shown([fresh, old])
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        shown.list.drawn = 0
        shown.list.tick()
        await pilot.pause()
        assert shown.list.drawn == 0
        shown.time = NOW + timedelta(minutes=1)
        shown.list.tick()
        await pilot.pause()
        assert shown.list.drawn == 1
        assert " 2m" in lines_of(shown.list)[1]


async def test_unread_rows_are_found_round_the_list() -> None:
    shown = Shown(inbox())
    async with shown.app.run_test(size=(80, 12)) as pilot:
        await shown.start(pilot)
        visited = []
        for key in ("]", "]", "]", "["):
            await pilot.press(key)
            visited.append(shown.list.cursor_id)
        assert visited == ids(4820, 4815, 4821, 4815)


async def test_clicks_move_the_cursor_and_open_what_is_under_it() -> None:
    shown = Shown(many(9))
    async with shown.app.run_test(size=(46, 24), message_hook=shown.app.hear) as pilot:
        await shown.start(pilot)
        await pilot.click(shown.list, offset=(5, 6))
        assert shown.list.cursor_id == "id-3"
        assert not shown.app.of(ConversationList.Opened)
        await pilot.click(shown.list, offset=(5, 6))
        assert shown.app.of(ConversationList.Opened)[0].conversation_id == "id-3"
        await pilot.click(shown.list, offset=(5, 21))
        assert shown.list.cursor_id == "id-3"


@pytest.mark.parametrize("width", [46, 80])
async def test_loading_empty_and_failed_say_so(width: int) -> None:
    shown = Shown([])
    async with shown.app.run_test(size=(width, 24)) as pilot:
        shown.list.show_loading()
        await pilot.pause()
        assert "░░░░" in text_of(shown.list)
        assert "…" in lines_of(shown.list)[0]
        shown.list.set_empty("Nothing unassigned.", "g t triage · / change filter")
        assert "░░░░" in text_of(shown.list)
        shown.list.set_rows([])
        assert "Nothing unassigned." in text_of(shown.list)
        assert "/ change filter" in text_of(shown.list)
        shown.list.set_empty("Nothing matches status:closed.", "Esc clears")
        assert "Esc clears" in text_of(shown.list)
        shown.list.show_error("The desk did not answer.")
        assert "✗ The desk did not answer." in text_of(shown.list)
        assert "F5 try again" in text_of(shown.list)
        shown.list.set_rows(many(1))
        assert "Customer 1" in text_of(shown.list)


async def test_the_frame_tells_the_focus_without_colour() -> None:
    shown = Shown(many(3))
    async with shown.app.run_test(size=(46, 12)) as pilot:
        await shown.start(pilot)
        assert lines_of(shown.list)[0].startswith("┏━ Mine · open ━")
        shown.app.screen.set_focus(None)
        await pilot.pause()
        assert lines_of(shown.list)[0].startswith("╭─ Mine · open ─")


async def test_lines_that_changed_look_as_in_a_repaint_of_all() -> None:
    shown = Shown(many(50))
    async with shown.app.run_test(size=(46, 12)) as pilot:
        await shown.start(pilot)
        for focused in (shown.list, None):
            shown.app.screen.set_focus(focused)
            await pilot.press("j", "G", "k")
            size = shown.list.outer_size
            inside = Region(0, 1, size.width, size.height - 2)
            lines_of(shown.list)  # all is drawn, so that what stands around is kept
            changed = shown.list.render_lines(inside)
            shown.list.refresh()
            anew = shown.list.render_lines(inside)
            assert [list(line.simplify()) for line in changed] == [list(line.simplify()) for line in anew]


async def test_another_width_keeps_the_cursor_in_view() -> None:
    shown = Shown(many(100))
    async with shown.app.run_test(size=(80, 24)) as pilot:
        await shown.start(pilot)
        await pilot.press("pagedown", "pagedown")
        place = shown.list.cursor_id
        await pilot.resize_terminal(46, 16)
        assert shown.list.cursor_id == place
        assert any("▌" in line for line in lines_of(shown.list))
