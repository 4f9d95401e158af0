"""The paths of docs/keystrokes.md: pressed as written there, each leads where it says, in as many keys."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from deskterm.protocol.records import Member
from tests.house.tree import ROOT
from tests.screens.console import Driven, console
from tests.screens.world import DANA, SARAH, World, cid

FIRST, SECOND = cid(4821), cid(4820)

_NAMES = {
    "⏎": "enter",
    "^S": "ctrl+s",
    "Esc": "escape",
    "⇥": "tab",
    "↓": "down",
    "/": "slash",
    ";": "semicolon",
}


def opened(conversation_id: str) -> Callable[[Driven], bool]:
    return lambda driven: (
        driven.inbox.reading_mode and driven.inbox.reading.conversation_id == conversation_id
    )


def sent(visibility: str) -> Callable[[Driven], bool]:
    return lambda driven: [call[2]["visibility"] for call in driven.world.called("send")] == [visibility]


def patched(name: str) -> Callable[[Driven], bool]:
    return lambda driven: [name in call[1] for call in driven.world.called("patch")] == [True]


@dataclass(frozen=True)
class Path:
    """What holds at its end, keys before it, and who walks it."""

    reached: Callable[[Driven], bool]
    before: tuple[str, ...] = ()
    who: Member = SARAH


PATHS = {
    1: Path(opened(FIRST)),
    2: Path(sent("public")),
    3: Path(lambda driven: sent("public")(driven) and patched("status")(driven) and opened(SECOND)(driven)),
    4: Path(sent("internal")),
    5: Path(opened(SECOND), before=("enter",)),
    6: Path(patched("assignee_id"), who=DANA),
    7: Path(patched("snoozed_until")),
    8: Path(lambda driven: driven.inbox.listing.said == "priority:urgent"),
    9: Path(lambda driven: driven.inbox.list.cursor_id == cid(4815)),
    10: Path(lambda driven: driven.inbox.listing.view is driven.inbox.views[1]),
}


def written() -> dict[int, tuple[list[str], int]]:
    """The keys of each path and their number, as the page has them."""
    page = (ROOT / "docs" / "keystrokes.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| (\d+) \| [^|]+ \| `([^`]+)`[^|]* \| (\d+) \|", page)
    return {int(number): (keys.split(), int(count)) for number, keys, count in rows}


def test_the_page_has_ten_paths() -> None:
    assert set(written()) == set(PATHS)


@pytest.mark.parametrize("number", PATHS)
async def test_a_path_leads_there_in_as_many_keys(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, count = written()[number]
    path = PATHS[number]
    assert len([key for key in keys if key != "…"]) == count
    async with console(monkeypatch, World(path.who)) as driven:
        await driven.press(*path.before)
        driven.world.calls.clear()
        for key in keys:
            await driven.press(*("text" if key == "…" else (_NAMES.get(key, key),)))
        assert path.reached(driven)
