"""A checker that finds nothing must be one that would have found it."""

from pathlib import Path

import pytest

from tests.faults import checkers
from tests.faults.checkers import CANARY, SEND, Message
from tests.faults.history import Entry, History, Phase, read

HERE, THERE = "designpi/c1", "northwind/c2"


def sent(id: str, *phases: Phase, actor: str = "w1", place: str = HERE) -> list[Entry]:
    """One send and what became of it."""
    return [Entry(0.0, actor, SEND, id, phase, "", place) for phase in (Phase.INVOKE, *phases)]


def stored(id: str, seq: int = 1, *, place: str = HERE, body: str = "") -> Message:
    """A message of the writer w1 as the database has it."""
    return Message(place, id, seq, body or f"{CANARY}designpi/w1/{id}")


def everything(entries: list[Entry], rows: list[Message]) -> list[str]:
    """What the pure checkers say together."""
    return [
        line
        for checker in (
            checkers.acknowledged_present,
            checkers.at_most_once,
            checkers.refused_absent,
            checkers.in_order,
            checkers.nothing_foreign,
        )
        for line in checker(entries, rows)
    ]


def test_a_history_that_was_kept_has_no_faults() -> None:
    entries = [
        *sent("a", Phase.OK),
        *sent("b", Phase.UNKNOWN),
        *sent("c", Phase.UNKNOWN),
        *sent("c", Phase.OK),
        *sent("d", Phase.FAIL),
        *sent("e", Phase.OK, actor="w2", place=THERE),
    ]
    other = stored("e", 1, place=THERE, body=f"{CANARY}northwind/w2/1")
    assert everything(entries, [stored("a", 3), stored("c", 7), other]) == []
    assert everything(entries, [stored("a", 3), stored("b", 4), stored("c", 7), other]) == []


@pytest.mark.parametrize(
    ("entries", "rows", "words"),
    [
        (sent("a", Phase.OK), [], "is there 0 times"),
        (
            [*sent("a", Phase.UNKNOWN), *sent("z", Phase.OK)],
            [stored("a"), stored("z", 2, body=f"{CANARY}designpi/w1/a")],
            "is there 2 times",
        ),
        (sent("a", Phase.FAIL), [stored("a")], "was refused and is there"),
        (
            [*sent("a", Phase.OK), *sent("b", Phase.OK)],
            [stored("a", 2), stored("b", 1)],
            "stands before what was written earlier",
        ),
        (sent("a", Phase.OK), [stored("a", place=THERE)], "stands in northwind/c2"),
        (sent("a", Phase.OK), [stored("a", body=f"{CANARY}northwind/w1/a")], "stands in designpi/c1"),
        ([], [stored("a")], "asked for in no place"),
    ],
)
def test_each_fault_is_found(entries: list[Entry], rows: list[Message], words: str) -> None:
    found = everything(entries, rows)
    assert len(found) == 1
    assert words in found[0]


def test_a_history_is_read_back_as_it_was(tmp_path: Path) -> None:
    history = History(tmp_path / "history.jsonl")
    history.add("w1", SEND, "a", Phase.INVOKE, place=HERE)
    history.add("w1", SEND, "a", Phase.UNKNOWN, code="ServerDisconnectedError")
    history.close()
    assert list(read(history.path)) == history.entries
