"""What the inbox spends: frames in a burst, and what is there before the server has answered."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from deskterm.app import DesktermApp
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.client.answers import Update
from deskterm.client.desk import Desk
from deskterm.client.local.first_page import Owner, recall
from deskterm.screens.base import SignedOut
from deskterm.screens.inbox.first_page import FirstPageScreen
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.settings import Settings
from deskterm.widgets.chrome.inner_lines import InnerLines
from deskterm.widgets.conversations.list import ConversationList
from tests.idle import wait_for_idle
from tests.screens.console import console
from tests.screens.world import NOW, SARAH, World, opener

EVENTS = 1_000
Render = Callable[[Any, Region], list[Strip]]


async def test_a_burst_of_events_is_drawn_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once at its beginning, and once when a frame's time after that is over, however it is cut up."""
    async with console(monkeypatch) as driven:
        monkeypatch.setattr("deskterm.screens.frames.PACE", 0.05)
        drawn: list[int] = []
        due: list[Callable[[], None]] = []
        draw = ConversationList.set_rows

        def set_rows(self: ConversationList, *rows: Any, **more: Any) -> None:
            drawn.append(len(drawn))
            draw(self, *rows, **more)

        def later(delay: float, callback: Callable[[], None]) -> None:
            assert 0 < delay <= 0.05
            due.append(callback)

        monkeypatch.setattr(ConversationList, "set_rows", set_rows)
        monkeypatch.setattr(driven.inbox.frames, "later", later)
        driven.inbox.now = lambda: NOW + timedelta(seconds=1)  # long after the list was drawn
        row = driven.inbox.list.cursor_row
        assert row is not None
        for number in range(EVENTS):
            changed = replace(row, rev=row.rev + 1 + number, subject=f"Subject {number}")
            driven.world.arrives(Update("conversation.changed", conversation=changed))
            if number % 100 == 0:
                await driven.settle()
                driven.inbox.now = lambda: NOW + timedelta(seconds=1.02)
                assert len(drawn) == 1
        driven.inbox.now = lambda: NOW + timedelta(seconds=1.051)
        (end,) = due
        end()
        await driven.settle()
        assert len(drawn) == 2
        assert f"Subject {EVENTS - 1}" in driven.text()


async def test_after_a_pause_news_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        monkeypatch.setattr("deskterm.screens.frames.PACE", 3600.0)
        times = iter([NOW + timedelta(hours=2 * hours) for hours in range(1, 100)])
        driven.inbox.now = lambda: next(times)
        row = driven.inbox.list.cursor_row
        assert row is not None
        for number in (1, 2, 3):
            changed = replace(row, rev=row.rev + number, subject=f"Subject {number}")
            driven.world.arrives(Update("conversation.changed", conversation=changed))
            await driven.settle()
            assert f"Subject {number}" in driven.text()


async def test_the_inbox_is_there_before_the_server_has_answered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(motion="none", home=tmp_path, read_delay=0.0)
    world = World(SARAH)
    owner = Owner.of(world.server, SARAH.email or "")
    assert settings.first_page is not None
    async with console(monkeypatch, world, settings=settings) as driven:
        seen = [each.subject for each in driven.inbox.listing.rows]
        page = recall(settings.first_page, owner)
        assert page is not None
        assert [each.subject for each in page.rows] == seen

    monkeypatch.setattr(Entrance, "owner", lambda _: owner)
    answered = asyncio.Event()
    open_desk = opener(world, monkeypatch)

    async def open_later() -> Desk:
        await answered.wait()
        desk: Desk = await open_desk()
        return desk

    entrance = Entrance(Wish(server=world.server))
    app = DesktermApp(open_later, settings, clock=lambda: NOW, entrance=entrance)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, FirstPageScreen)
        assert [app.screen.list.cursor_row and app.screen.list.cursor_row.subject] == seen[:1]
        await pilot.press("j")
        second = app.screen.list.cursor_id
        answered.set()
        while not isinstance(app.screen, InboxScreen):
            await pilot.pause(0.01)
        await pilot.pause()
        assert app.screen.list.cursor_id == second
        await app.on_signed_out(SignedOut())
        assert not owner.place(settings.first_page).exists()


async def test_a_cursor_move_draws_two_rows_and_only_then_tells_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What follows from a move, such as other hints, must not keep the cursor waiting."""
    async with console(monkeypatch) as driven:
        await wait_for_idle(soon=0.4)  # hints of the beginning are drawn
        happened: list[str] = []
        draw_line = ConversationList.render_line

        def render_line(self: ConversationList, y: int) -> Any:
            happened.append("line")
            return draw_line(self, y)

        monkeypatch.setattr(ConversationList, "render_line", render_line)
        monkeypatch.setattr(driven.inbox, "draw_footer", lambda: happened.append("footer"))
        await driven.press("j")
        await driven.settle()
        assert happened[:5] == [*["line"] * 2 * driven.inbox.list.row_height, "footer"]
        assert happened.count("line") == 2 * driven.inbox.list.row_height


def counted(render: Render, asked: list[tuple[Widget, int]]) -> Render:
    """As `render`, noting in `asked` of whom how many lines are wanted."""

    def render_lines(self: Widget, crop: Region) -> list[Strip]:
        asked.append((self, crop.height))
        return render(self, crop)

    return render_lines


async def test_a_frame_asks_for_the_lines_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await wait_for_idle(soon=0.4)
        asked: list[tuple[Widget, int]] = []
        for kind in (Widget, InnerLines):
            monkeypatch.setattr(kind, "render_lines", counted(kind.render_lines, asked))
        driven.inbox.list.action_move(1)
        await driven.settle()
        of_list = [lines for widget, lines in asked if widget is driven.inbox.list]
        assert of_list == [2 * driven.inbox.list.row_height]
        assert not [widget for widget, _ in asked if widget is driven.inbox]
