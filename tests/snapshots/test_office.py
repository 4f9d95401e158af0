"""Pictures of what admins keep in order: contacts, what was done, members and personas."""

import pytest

from tests.screens.console import SIZES
from tests.screens.test_over import offices
from tests.snapshots.conftest import TakePicture, still
from tests.snapshots.steps import rested

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
def test_office(picture: TakePicture, monkeypatch: pytest.MonkeyPatch, state: str, look: str) -> None:
    size, _, theme = look.partition("-")
    wide, _, high = size.partition("x")
    step = rested(*STATES[state])
    assert picture(offices(monkeypatch), step, (int(wide), int(high)), still(theme, tips=False))
