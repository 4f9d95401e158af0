"""Pictures of rooms, direct messages, personas, notifications: at every size and in every kind of colours."""

from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.settings import Settings
from tests.screens import customer
from tests.screens.console import SIZES
from tests.screens.customer import CustomerWorld
from tests.screens.direct_world import agents_desk, customers_desk, notified_desk
from tests.screens.world import NOW
from tests.snapshots.conftest import SnapCompare, TakePicture, still
from tests.snapshots.steps import rested
from tests.snapshots.test_customers import rest

#: What must be told apart without any colour, by glyphs, words and frames alone.
TOLD_APART = ("room", "direct", "write-to", "notifications", "voices", "notification")


def cases(states: Iterable[str]) -> list[Any]:
    """Each state at each size in colours; where it must be told apart, in the terminal's own and in none."""
    found = []
    for state, size in product(states, SIZES):
        narrow, bare = size == SIZES[0], state in TOLD_APART
        themes = ["deskterm-dark", "deskterm-light", *["ansi-dark"] * (narrow or bare)]
        themes += ["no-colour"] * bare
        for theme in themes:
            name = f"{state}-{size[0]}x{size[1]}-{theme}"
            found.append(pytest.param(state, size, theme, id=name))
    return found


def settings_in(theme: str, monkeypatch: pytest.MonkeyPatch, **more: Any) -> Settings:
    """How it looks with this theme; `no-colour` as with NO_COLOR set."""
    bare = theme == "no-colour"
    if bare:
        monkeypatch.setenv("NO_COLOR", "1")
    theme = "ansi-dark" if bare else theme
    return still(theme, color=not bare, **more)


CUSTOMERS: dict[str, tuple[Callable[[], CustomerWorld], tuple[str, ...]]] = {
    "notifications": (notified_desk, ()),
    "places": (customers_desk, ("tab",)),
    "room": (customers_desk, ("tab", "j", "enter", "f9")),
    "direct": (customers_desk, ("f8",)),
    "write-to": (customers_desk, ("f7",)),
}

AGENTS: dict[str, tuple[str, ...]] = {
    "direct": ("g", "d", "j", "enter"),
    "all-direct": ("g", "D"),
    "room": ("g", "d", "enter", "i"),
    "voices": ("g", "D", "enter", "ctrl+o"),
    "first-words": ("enter", "ctrl+o", *"bill", "enter", "r", *"Hello", "ctrl+s"),
    "notification": ("N", *"Maintenance", "f9", "f9"),
    "own-colours": ("N", *"Offer", "f9", "f9", "f9", "f9"),
    "people": ("g", "p"),
    "persona": ("g", "p", "enter"),
}


@pytest.mark.parametrize(("state", "size", "theme"), cases(CUSTOMERS))
def test_customers(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    state: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    make, keys = CUSTOMERS[state]
    world = make()
    settings = settings_in(theme, monkeypatch, home=tmp_path / "home")
    app = DesktermApp(customer.opener(world, monkeypatch), settings, clock=lambda: NOW)

    async def prepare(pilot: Pilot[int]) -> None:
        await rest(pilot)
        for key in keys:
            await pilot.press(key)
            await rest(pilot)

    assert snap_compare(app, terminal_size=size, run_before=prepare)


@pytest.mark.parametrize(("state", "size", "theme"), cases(AGENTS))
def test_agents(
    picture: TakePicture, monkeypatch: pytest.MonkeyPatch, state: str, size: tuple[int, int], theme: str
) -> None:
    assert picture(agents_desk(), rested(*AGENTS[state]), size, settings_in(theme, monkeypatch))
