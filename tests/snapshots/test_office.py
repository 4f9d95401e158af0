"""Pictures of what admins keep in order: contacts, what was done, members and personas."""

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.settings import Settings
from tests.idle import wait_for_idle
from tests.screens.console import SIZES, Driven
from tests.screens.test_over import offices
from tests.screens.world import NOW, opener
from tests.snapshots.conftest import REST, SnapCompare

STATES: dict[str, tuple[str, ...]] = {
    "contacts": ("g", "c"),
    "contact": ("g", "c", "enter"),
    "audit": ("g", "a"),
    "staff": ("g", "p"),
    "filter": ("slash", *"status:"),
}
LOOKS = [*(f"{wide}x{high}-deskterm-dark" for wide, high in SIZES), "80x24-deskterm-light"]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_office(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    look: str,
) -> None:
    size, _, theme = look.partition("-")
    wide, _, high = size.partition("x")
    world = offices(monkeypatch)
    settings = Settings(theme=theme, motion="none", read_delay=3600, tips=False)
    app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)

    async def prepare(pilot: Pilot[int]) -> None:
        driven = Driven(app, pilot, world)
        await pilot.pause()
        await driven.settle()
        await wait_for_idle(soon=REST)
        await driven.press(*STATES[state])

    assert snap_compare(app, terminal_size=(int(wide), int(high)), run_before=prepare)
