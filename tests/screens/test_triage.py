"""Triage by keys: the table, the board, its lanes, loads and figures, live while others work."""

import re
from dataclasses import replace

import pytest

from deskterm.client.answers import Update
from deskterm.protocol.records import Assignee, Conversation, Priority, Status
from deskterm.screens.triage.preview import Consequences
from tests.screens.console import Driven, console
from tests.screens.world import CONTACTS, DANA, MIKE, NOW, SARAH, World, cid, make


def desk() -> World:
    """Dana's, with one escalation."""
    world = World(DANA)
    held = world.conversations[cid(4790)]
    flagged = replace(held, escalated=True, escalated_reason="Threatens to leave", escalated_at=NOW)
    world.conversations[held.id] = flagged
    return world


def at(driven: Driven) -> int:
    row = driven.inbox.list.cursor_row
    assert row is not None
    return row.number


async def cursor_on(driven: Driven, number: int) -> None:
    driven.inbox.list.move_to(cid(number))
    await driven.settle()


def arrives(driven: Driven, number: int, **changes: object) -> Conversation:
    """Somebody else changes a conversation."""
    newer = driven.world.put(replace(driven.world.conversations[cid(number)], **changes))  # type: ignore[arg-type]
    driven.world.arrives(Update("conversation.updated", conversation=newer))
    return newer


async def until(driven: Driven, words: str) -> None:
    """Wait for these words on the screen."""
    while words not in driven.text():
        await driven.pilot.pause(0.02)


async def test_escalations_stand_on_top_with_their_reason_then_who_waits_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        assert [row.number for row in driven.inbox.listing.rows][:4] == [4790, 4821, 4820, 4817]
        assert at(driven) == 4790, "another list is read from its top"
        said = driven.text()
        assert "⚑ Threatens to leave" in said
        assert "5 of 15" in said
        assert "2 unassigned" in said
        assert "8 open" in said
        assert "7 handled today" in said


async def test_loads_and_figures_follow_while_others_work_and_the_cursor_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t", "j")
        before = at(driven)
        arrives(driven, 4822, assignee=Assignee(MIKE.id, MIKE.name, MIKE.presence))
        await until(driven, "2 of 3")
        await until(driven, "1 unassigned")
        arrives(driven, 4823, waiting_since=None, assignee=Assignee(MIKE.id, MIKE.name, MIKE.presence))
        await until(driven, "FULL 3")
        assert at(driven) == before


async def test_the_board_has_a_lane_for_each_and_b_goes_through_its_forms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t", "b")
        assert "Unassigned" in driven.text()
        assert "triage · by assignee" in driven.text()
        for field in ("status", "priority", "tag"):
            await driven.press("b")
            assert f"by {field}" in driven.text()
        assert "No tag" in driven.text()
        await driven.press("b")
        assert "a table" in driven.text()
        assert not driven.inbox.board.display


async def test_h_l_j_k_move_between_cards_and_skip_empty_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4823)
        await driven.press("b")
        assert at(driven) == 4823
        await driven.press("k")
        assert at(driven) == 4822
        await driven.press("l")  # over Dana's empty lane
        assert at(driven) == 4790
        await driven.press("right")
        assert at(driven) == 4821
        await driven.press("G")
        assert at(driven) == 4811
        await driven.press("g", "g", "h", "h")
        assert at(driven) == 4822
        await driven.press("h")
        assert at(driven) == 4822


async def test_a_card_is_moved_to_the_lane_beside_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4822)
        await driven.press("b", "greater_than_sign")
        held = driven.world.conversations[cid(4822)]
        assert held.assignee is not None
        assert held.assignee.id == DANA.id
        assert at(driven) == 4822
        await driven.press("less_than_sign")
        assert driven.world.conversations[cid(4822)].assignee is None
        await driven.press("u")
        assert driven.world.conversations[cid(4822)].assignee is not None


async def test_chosen_cards_are_moved_together_after_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4822)
        await driven.press("b", "*")
        assert {each.number for each in driven.inbox.selected} == {4822, 4823}  # all of the lane
        await driven.press("greater_than_sign")
        assert isinstance(driven.top, Consequences)
        await driven.press("enter")
        taken = [driven.world.conversations[cid(each)].assignee for each in (4822, 4823)]
        assert {each.id for each in taken if each} == {DANA.id}


@pytest.mark.parametrize(
    ("forms", "number", "field", "wanted"),
    [
        (2, 4822, "status", Status.PENDING),
        (3, 4815, "priority", Priority.HIGH),
        (4, 4822, "tags", ("login",)),
    ],
)
async def test_every_board_moves_by_its_field(
    monkeypatch: pytest.MonkeyPatch, forms: int, number: int, field: str, wanted: object
) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, number)
        await driven.press(*["b"] * forms, "greater_than_sign")
        assert getattr(driven.world.conversations[cid(number)], field) == wanted


async def test_moving_to_snoozed_asks_until_when(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4802)
        await driven.press("b", "b", "greater_than_sign", "enter")
        assert driven.world.conversations[cid(4802)].status is Status.SNOOZED


async def test_a_range_goes_through_the_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4820)
        await driven.press("b", "v", "j", "j")
        assert [each.number for each in driven.inbox.selected] == [4820, 4817, 4815]


async def test_the_board_shows_what_is_beyond_the_first_page(monkeypatch: pytest.MonkeyPatch) -> None:
    world = desk()
    world.page = 30
    for number in range(120):
        make(world, 100 + number, CONTACTS["tom"], "One of many", 4000 + number, assignee=MIKE)
    async with console(monkeypatch, world) as driven:
        await driven.press("g", "t", "b")
        await until(driven, "Sarah")
        while len(driven.inbox.listing.rows) < 129:
            await driven.pilot.pause(0.02)


async def test_balancing_shows_who_would_get_what_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t", "equals_sign")
        assert "Select what is to be spread first" in driven.text()
        await driven.press("*", "equals_sign")
        assert re.search(r"Sarah Johnson gets 3 · \d+ open, then \d+", driven.text())
        assert "6 stay with who has them" in driven.text()
        assert driven.world.conversations[cid(4822)].assignee is None
        await driven.press("enter")
        held = driven.world.conversations[cid(4822)].assignee
        assert held is not None
        assert held.id == SARAH.id
        assert "3 given out" in driven.text()
        await driven.press("u")
        assert driven.world.conversations[cid(4822)].assignee is None


async def test_enter_previews_and_escape_comes_back_to_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk(), size=(200, 50)) as driven:
        await driven.press("g", "t")
        await cursor_on(driven, 4822)
        await driven.press("b", "enter")
        assert driven.inbox.reading.conversation_id == cid(4822)
        assert driven.inbox.thread.region.width > 60
        assert driven.inbox.board.region.width > 90
        await driven.press("escape")
        assert driven.app.focused is driven.inbox.board
        assert at(driven) == 4822


async def test_triage_is_narrowed_like_any_list(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t", "slash", *"priority:urgent", "enter")
        assert [row.number for row in driven.inbox.listing.rows] == [4815]
        await driven.press("escape")
        assert len(driven.inbox.listing.rows) == 9


async def test_leaving_triage_gives_the_inbox_back(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, desk()) as driven:
        await driven.press("g", "t", "b", "1")
        assert driven.app.focused is driven.inbox.list
        assert driven.inbox.list.display
        assert not driven.inbox.board.display
        assert not driven.inbox.loads_pane.display


async def test_staff_have_no_triage(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, World(SARAH)) as driven:
        await driven.press("g", "t")
        assert not driven.inbox.in_triage
        assert driven.world.called("workload") == []


async def test_where_one_lane_fits_its_neighbours_are_named_and_the_footer_has_the_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch, desk(), size=(80, 24)) as driven:
        await driven.press("g", "t", "b", "l")
        assert "⏎ open  h l lane  < > move" in driven.text()
        names = ["Unassigned", "Dana Whitfield", "Mike Chen", "Sarah Johnson"]
        seen = []
        for _ in range(3):
            lane = driven.inbox.board.lane
            assert lane is not None
            seen.append(lane.title)
            at = names.index(lane.title)
            assert all(each in driven.text() for each in names[max(at - 1, 0) : at + 2])
            await driven.press("h")
        assert seen == ["Sarah Johnson", "Mike Chen", "Unassigned"]
