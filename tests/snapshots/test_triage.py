"""Pictures of triage: the table, the board, what is selected, and what would become of it."""

import pytest

from tests.screens.console import SIZES
from tests.screens.test_triage import desk
from tests.snapshots.conftest import TakePicture, still
from tests.snapshots.steps import pressing

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
def test_triage(picture: TakePicture, state: str, size: tuple[int, int], theme: str) -> None:
    assert picture(desk(), pressing(*STATES[state]), size, still(theme))
