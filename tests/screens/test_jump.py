"""Jump mode: letters on what is in sight; typing one goes there, and nothing moves meanwhile."""

from functools import partial

import pytest
from textual import events

from deskterm.commands.model import Context
from deskterm.screens.keys.jump import LETTERS, JumpScreen, Target, labelled, labels
from deskterm.widgets.chrome.jump_label import JumpLabel
from tests.screens.console import Driven, console
from tests.screens.world import DANA, World, cid

FIRST, SECOND, THIRD = cid(4821), cid(4820), cid(4817)


def at(driven: Driven, x: int, y: int) -> str:
    """The label that stands there."""
    [found] = [each.label for each in driven.top.query(JumpLabel) if tuple(each.region.offset) == (x, y)]
    return found


def row(driven: Driven, place: int) -> str:
    """The label of a row of the list."""
    region = driven.inbox.list.content_region
    return at(driven, region.x, region.y + place * driven.inbox.list.row_height)


@pytest.mark.parametrize("count", [0, 1, 25, 26, 27, 51, 52, 100, 400, 676])
def test_labels_are_short_and_none_begins_another(count: int) -> None:
    found = labels(count)
    assert len(found) == len(set(found)) == count
    assert all(1 <= len(each) <= 2 and set(each) <= set(LETTERS) for each in found)
    assert not any(one != other and other.startswith(one) for one in found for other in found)


def test_what_has_a_label_keeps_it_and_what_is_beyond_the_last_has_none() -> None:
    numbered = Target(0, 0, lambda: None, "3")
    many = [numbered, *(Target(x, 0, lambda: None) for x in range(700))]
    found = labelled(many)
    assert found["3"] is numbered
    assert len(found) == 677


async def test_a_row_is_gone_to_by_its_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press(";")
        await driven.press(row(driven, 2))
        assert driven.inbox.list.cursor_id == THIRD
        assert driven.inbox.context is Context.LIST
        assert driven.top is driven.inbox


async def test_whoever_reads_goes_on_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", ";")
        await driven.press(row(driven, 1))
        assert driven.inbox.reading.conversation_id == SECOND
        assert driven.inbox.context is Context.THREAD


async def test_panes_views_and_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter", ";")
        pane = driven.inbox.composer.region
        await driven.press(at(driven, pane.x, pane.y))
        assert driven.inbox.context is Context.COMPOSER
        await driven.press("f2", "2")
        assert driven.inbox.listing.view is driven.inbox.views[1]


async def test_a_message_is_pointed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        await driven.press(";")
        stream = driven.inbox.thread.stream
        last = [each for each in stream.query("MessageView") if stream.region.contains_region(each.region)][
            -1
        ]
        await driven.press(at(driven, last.content_region.x - 1, last.content_region.y))
        pointed = driven.inbox.thread.pointed
        assert pointed is not None
        assert pointed.body == "any news? I have a demo at 13:00"


async def test_a_card_of_the_board_is_gone_to(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        await driven.press("g", "t", "b", ";")
        ground = driven.inbox.board.content_region
        lane, number, x, y = driven.inbox.board.cards_in_view()[-1]
        await driven.press(*at(driven, ground.x + x, ground.y + y))
        assert driven.inbox.list.cursor_id == number
        assert driven.inbox.board.lane is not None
        assert driven.inbox.board.lane.key == lane
        assert driven.inbox.focused is driven.inbox.board


async def test_letters_typed_ahead_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press(";")
        second = row(driven, 1)
        await driven.press("escape")
        for name, key in (("semicolon", ";"), (second, second), ("enter", None)):
            driven.app.post_message(events.Key(name, key))
        await driven.settle()
        assert driven.inbox.reading.conversation_id == SECOND


@pytest.mark.parametrize("key", ["escape", ";", "f2", "backspace"])
async def test_leaving_changes_nothing(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    async with console(monkeypatch) as driven:
        before = driven.text()
        await driven.press(";")
        assert isinstance(driven.top, JumpScreen)
        await driven.press("Q", "J", key)
        assert driven.app.screen is driven.inbox
        assert driven.text() == before


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (120, 36), (200, 50)])
async def test_what_is_below_stands_still(monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    async with console(monkeypatch, size=size) as driven:
        await driven.press("enter")
        before = {each: each.region for each in driven.inbox.query("*")}
        await driven.press("f2")
        assert {each: each.region for each in driven.inbox.query("*")} == before
        assert all(each.region.right <= size[0] for each in driven.top.query(JumpLabel))


async def test_two_letters_narrow_the_labels_down(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        gone: list[int] = []
        targets = [Target(number % 80, number // 80, partial(gone.append, number)) for number in range(60)]
        screen = JumpScreen(targets)
        driven.app.push_screen(screen)
        await driven.settle()
        await driven.press("m")
        shown = [each.label for each in screen.query(JumpLabel) if each.visible]
        assert shown
        assert all(each.startswith("m") for each in shown)
        await driven.press("backspace")
        assert all(each.visible for each in screen.query(JumpLabel))
        await driven.press("m", "s")
        assert gone == [labels(60).index("ms")]
