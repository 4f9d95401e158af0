"""Several conversations at once: chosen, changed after a look at what would become of them, taken back."""

from dataclasses import replace

import pytest

from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, Offline
from deskterm.protocol.records import Kind, Priority, Status
from deskterm.screens.triage.preview import Consequences
from tests.screens.console import Driven, console
from tests.screens.world import CONTACTS, DANA, MIKE, SARAH, World, cid, make

MINE = [4821, 4820, 4817, 4815, 4802, 4811]


def chosen(driven: Driven) -> list[int]:
    return [each.number for each in driven.inbox.selected]


def stands(driven: Driven, number: int) -> Status:
    return driven.world.conversations[cid(number)].status


async def test_rows_are_chosen_one_by_one_and_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("space", "j", "j", "space")
        assert chosen(driven) == [4821, 4817]
        assert driven.text().count("▣") == 3  # two rows, and the row that counts them
        await driven.press("space")
        assert chosen(driven) == [4821]
        await driven.press("escape")
        assert chosen(driven) == []
        assert "▣" not in driven.text()


async def test_a_range_follows_the_cursor_both_ways_until_it_is_fixed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("j", "j", "v", "k")
        assert chosen(driven) == [4820, 4817]
        await driven.press("j", "j")
        assert chosen(driven) == [4817, 4815]
        await driven.press("v", "j", "j")
        assert chosen(driven) == [4817, 4815]


async def test_everything_is_chosen_beyond_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(DANA)
    world.page = 50
    for number in range(200):
        make(world, 100 + number, CONTACTS["tom"], "One of many", 4000 + number, assignee=MIKE)
    async with console(monkeypatch, world) as driven:
        assert len(driven.inbox.listing.rows) < 200
        await driven.press("*")
        assert len(chosen(driven)) == 209
        assert "▣ 209 selected" in driven.text()


async def test_another_view_begins_with_nothing_chosen_and_another_order_keeps_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("space", "S", *"most urgent", "enter")
        assert chosen(driven) == [4821]
        await driven.press("2")
        assert chosen(driven) == []


async def test_a_change_is_shown_before_it_is_made_and_told_after(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("*", "s", *"pend", "enter")
        assert isinstance(driven.top, Consequences)
        said = driven.text()
        assert "6 selected: pending" in said
        assert "5 change" in said
        assert "1 so already   #4802" in said
        assert driven.world.called("change_many")[-1][2] is True
        assert stands(driven, 4821) is Status.OPEN
        await driven.press("escape")
        assert stands(driven, 4821) is Status.OPEN
        assert len(chosen(driven)) == 6
        await driven.press("s", *"pend", "enter", "enter")
        assert stands(driven, 4821) is Status.PENDING
        assert "5 pending · 1 was so already · u takes it back" in driven.text()
        assert chosen(driven) == []


async def test_what_is_impossible_or_not_allowed_is_told_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("*")
        driven.world.conversations.pop(cid(4811))
        held = driven.world.conversations[cid(4817)]
        driven.world.conversations[cid(4817)] = driven.world.put(replace(held, status=Status.CLOSED))
        await driven.press("s", *"pend", "enter")
        said = driven.text()
        assert "1 not yours to change so   #4811" in said
        assert "1 impossible: open can become open" in said  # as it is known here, and as the server allows
        await driven.press("enter")
        assert isinstance(driven.top, Consequences)
        assert "3 changed" in driven.text()
        await driven.press("escape")
        assert "1 not allowed · 1 impossible" in driven.text()
        assert set(chosen(driven)) == {4811, 4817}  # what was refused is still selected


@pytest.mark.parametrize(
    ("keys", "number", "field", "wanted"),
    [
        (("p", "enter"), 4820, "priority", Priority.URGENT),
        (("t", *"vip", "enter", "enter"), 4820, "tags", ("vip",)),
        (("e",), 4820, "status", Status.RESOLVED),
        (("z", "down", "enter"), 4820, "status", Status.SNOOZED),
        (("exclamation_mark", *"angry", "enter"), 4820, "escalated_reason", "angry"),
    ],
)
async def test_each_verb_is_about_all_and_is_taken_back(
    monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...], number: int, field: str, wanted: object
) -> None:
    async with console(monkeypatch) as driven:
        before = {each: getattr(row, field) for each, row in driven.world.conversations.items()}
        await driven.press("space", "j", "space", *keys)
        assert isinstance(driven.top, Consequences)
        await driven.press("enter")
        assert getattr(driven.world.conversations[cid(number)], field) == wanted
        assert getattr(driven.world.conversations[cid(4821)], field) != before[cid(4821)]
        await driven.press("u")
        after = {each: getattr(row, field) for each, row in driven.world.conversations.items()}
        if field != "escalated_reason":
            assert after == before
        assert not driven.world.conversations[cid(number)].escalated
        assert "Taken back: 2" in driven.text()
        assert sorted(chosen(driven)) == sorted((4821, number)), "to go another way with them"


async def test_assigning_says_what_it_does_to_the_load_and_each_gets_back_whom_they_had(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(DANA)
    async with console(monkeypatch, world) as driven:
        before = {each: row.assignee for each, row in world.conversations.items()}
        await driven.press("*", "a", *"mike", "enter")
        then = sum(
            row.status is Status.OPEN and row.kind is Kind.SUPPORT for row in world.conversations.values()
        )
        assert f"Mike Chen: 1 open, then {then} · more than their maximum of 3" in driven.text()
        await driven.press("enter")
        active = [row for row in world.conversations.values() if row.status in (Status.OPEN, Status.PENDING)]
        assert {row.assignee.id for row in active if row.assignee} == {"m-mike"}
        calls = len(world.called("change_many"))
        await driven.press("u")
        assert {each: row.assignee for each, row in world.conversations.items()} == before
        assert len(world.called("change_many")) - calls == 2  # to Sarah, and to nobody


async def test_what_somebody_changed_since_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("space", "j", "space", "p", "enter", "enter")
        newer = driven.world.put(replace(driven.world.conversations[cid(4820)], priority=Priority.LOW))
        driven.world.arrives(Update("conversation.updated", conversation=newer))
        await driven.settle()
        await driven.press("u")
        assert driven.world.conversations[cid(4821)].priority is Priority.HIGH
        assert driven.world.conversations[cid(4820)].priority is Priority.LOW
        assert "1 was changed since and stays" in driven.text()


async def test_what_leaves_ones_sight_is_not_chosen_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("space", "j", "space")
        driven.world.revokes(cid(4821), "reassigned", DANA)
        await driven.settle()
        assert chosen(driven) == [4820]


async def test_offline_says_that_several_have_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("space", "j", "space")
        driven.world.offline()
        await driven.settle()
        await driven.press("e")
        assert "Several at once need the server" in " ".join(driven.said().split())
        assert driven.world.called("change_many") == []


@pytest.mark.parametrize("error", [Offline("s"), ApiError("invalid", 422, "No.", {})])
async def test_a_refused_preview_changes_nothing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    async with console(monkeypatch) as driven:
        driven.world.refuse("change_many", error)  # type: ignore[arg-type]
        await driven.press("space", "e")
        assert "Nothing was changed" in driven.said()
        assert chosen(driven) == [4821]


async def test_rooms_are_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, World(SARAH)) as driven:
        await driven.press("g", "d")
        await driven.press("space")
        assert chosen(driven) == []
        assert "this is for tickets" in driven.text()


async def test_what_was_changed_unseen_is_not_overwritten_by_undo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The news of it is still on its way: the server says so, and it is looked at again."""
    async with console(monkeypatch) as driven:
        world = driven.world
        await driven.press("space", "j", "space", "p", *"low", "enter", "enter")
        moved, taken = (world.conversations[cid(number)] for number in (4821, 4820))
        world.put(replace(moved, preview="a new message"))
        world.put(replace(taken, priority=Priority.URGENT))
        await driven.press("u")
        assert world.conversations[cid(4821)].priority is Priority.HIGH
        assert world.conversations[cid(4820)].priority is Priority.URGENT
        assert "1 was changed since and stays" in driven.text()


async def test_the_second_step_back_goes_over_nobodys_change_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolved ones become open first; one of them is a colleague's to decide before the next step."""
    async with console(monkeypatch) as driven:
        world = driven.world
        pending = world.put(replace(world.conversations[cid(4811)], status=Status.PENDING))
        world.arrives(Update("conversation.updated", conversation=pending))
        await driven.settle()
        await driven.press("*", "e", "enter")
        world.hold()
        await driven.press("u")
        while world.calls[-1][0] != "change_many":  # the first step is on its way
            await driven.pilot.pause()
        world.release()
        world.hold()
        while world.calls[-1][0] != "conversation":  # it is done, and the next one begins
            await driven.pilot.pause()
        world.put(replace(world.conversations[cid(4802)], status=Status.SNOOZED))
        world.release()
        await driven.settle()
        assert world.conversations[cid(4811)].status is Status.PENDING
        assert world.conversations[cid(4802)].status is Status.SNOOZED
        assert "1 was changed since and stays" in driven.text()
