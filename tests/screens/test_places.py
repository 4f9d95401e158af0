"""Where things stand: nothing covers what one reads or writes, and nothing jumps while one types."""

import pytest
from textual.widgets._toast import Toast

from deskterm.widgets.asking.picker import Picker
from deskterm.widgets.chrome.card import Card
from tests.screens.console import SIZES, console

Patch = pytest.MonkeyPatch


@pytest.mark.parametrize("size", [*SIZES, (100, 24), (160, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_what_is_said_in_passing_leaves_the_newest_message_and_the_text_free(
    monkeypatch: Patch, size: tuple[int, int]
) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("enter")
        driven.inbox.complain("The reply did not go out: the server refuses the connection.")
        await driven.settle()
        said = driven.inbox.query_one(Toast).region
        assert not said.overlaps(driven.inbox.composer.region)
        assert driven.inbox.region.contains_region(said)
        if size[0] >= 100:
            assert not said.overlaps(driven.inbox.thread.region)
        newest = driven.inbox.thread.stream.children[-2].region
        assert not said.overlaps(newest)


@pytest.mark.parametrize("size", [*SIZES, (160, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_card_of_the_first_steps_stands_inside_a_frame(
    monkeypatch: Patch, size: tuple[int, int]
) -> None:
    async with console(monkeypatch, size=size) as driven:
        driven.app.action_tour()
        await driven.settle()
        card = driven.inbox.query_one(Card)
        assert (
            driven.inbox.query_one("#conversation").region.shrink((1, 1, 1, 1)).contains_region(card.region)
        )
        await driven.press("enter")
        pane = driven.inbox.thread if driven.inbox.single else driven.inbox.list
        assert pane.region.shrink((1, 1, 1, 1)).contains_region(card.region)


async def test_the_palette_stays_where_it_is_while_one_types(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("colon")
        panel = driven.top.query_one(Picker)
        before = panel.region
        await driven.press(*"tagx")
        assert panel.region == before
        await driven.pilot.resize_terminal(80, 14)
        await driven.settle()
        assert driven.top.region.contains_region(panel.region)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_full_screen_shows_the_messages(monkeypatch: Patch, size: tuple[int, int]) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("enter", "f")
        assert "any news? I have a demo at 13:00" in driven.text()
        assert "f brings the rest back" in driven.text()
        assert "┃" not in driven.text()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_composer_says_who_will_read_from_its_first_frame_on(
    monkeypatch: Patch, size: tuple[int, int]
) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("enter")
        assert "Reply to Ana Souza (public)" in driven.text()


async def test_without_a_frame_the_line_below_the_text_begins_with_who_will_read(monkeypatch: Patch) -> None:
    async with console(monkeypatch, size=(45, 12)) as driven:
        await driven.press("enter", "r", "a")
        assert "public · as ◆ Support" in driven.text()
        await driven.press("ctrl+t", "b")
        assert "as Sarah Johnson · internal note" in driven.text()


async def test_the_facts_of_a_conversation_go_with_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        assert "ana@example.com" in driven.text()
        await driven.press("escape", "j")
        assert "ana@example.com" not in driven.text()
