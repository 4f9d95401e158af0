"""Pictures of the settings, at every size and in a theme that is being tried."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.settings import Settings
from tests.screens.console import SIZES, Driven
from tests.screens.world import DANA, NOW, SARAH, World, opener
from tests.snapshots.conftest import SnapCompare

ORGANIZATION = {
    "list": ("g", "o", *"organiz", "enter"),
    "voice": ("g", "o", *"organiz", "enter", *"voice", "enter"),
}
STATES = {
    "list": ("g", "s"),
    "trying-a-theme": ("g", "s", "enter", *["down"] * 13),
}


@pytest.mark.parametrize("size", [*SIZES, (50, 14)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_settings(
    state: str,
    size: tuple[int, int],
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    world = World(SARAH)
    file = tmp_path / "settings.toml"
    file.write_text('# mine\nread_delay = 3\ntheme = "deskterm-dark"\nhours = "13"\n', encoding="utf-8")
    monkeypatch.setenv("DESKTERM_ADVANCE", "stay")
    app = DesktermApp(
        opener(world, monkeypatch),
        Settings(motion="none", read_delay=0.0, file=file),
        clock=lambda: NOW,
    )

    async def before(pilot: Pilot[int]) -> None:
        driven = Driven(app, pilot, world)
        await pilot.pause()
        await driven.settle()
        await driven.press(*STATES[state])

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", [*SIZES, (50, 14)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", ORGANIZATION)
def test_organization(
    state: str, size: tuple[int, int], snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(DANA, {"send_hold_seconds": 10, "welcome": "Hello!\nWrite to us at any time."})
    app = DesktermApp(opener(world, monkeypatch), Settings(motion="none", read_delay=0.0), clock=lambda: NOW)

    async def before(pilot: Pilot[int]) -> None:
        driven = Driven(app, pilot, world)
        await pilot.pause()
        await driven.settle()
        await driven.press(*ORGANIZATION[state])

    assert snap_compare(app, terminal_size=size, run_before=before)
