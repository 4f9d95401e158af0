"""Pictures of triage: the table, the board, what is selected, and what would become of it."""

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.settings import Settings
from tests.screens.console import SIZES, Driven
from tests.screens.test_triage import desk
from tests.screens.world import NOW, opener
from tests.snapshots.conftest import SnapCompare

#: Dark, light, and one that knows no colour but the terminal's own.
THEMES = ("deskterm-dark", "deskterm-light", "ansi-dark")

STATES: dict[str, tuple[str, ...]] = {
    "table": ("g", "t", "j", "j"),
    "selected": ("g", "t", "j", "j", "v", "j", "j"),
    "foreseen": ("g", "t", "j", "*", "a", *"mike", "enter"),
    "board": ("g", "t", "j", "b", "j"),
    "preview": ("g", "t", "j", "b", "enter"),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_triage(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    world = desk()
    settings = Settings(theme=theme, motion="none", read_delay=3600)
    app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)

    async def prepare(pilot: Pilot[int]) -> None:
        driven = Driven(app, pilot, world)
        await pilot.pause()
        await driven.settle()
        for key in STATES[state]:
            await driven.press(key)
        await driven.settle()

    assert snap_compare(app, terminal_size=size, run_before=prepare)
