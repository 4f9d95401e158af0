"""Pictures of the settings, at every size and in a theme that is being tried."""

from pathlib import Path

import pytest

from deskterm.settings import Settings
from tests.screens.console import SIZES
from tests.screens.world import DANA, SARAH, World
from tests.snapshots.conftest import TakePicture
from tests.snapshots.steps import pressing

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
    picture: TakePicture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    state: str,
    size: tuple[int, int],
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# mine\nread_delay = 3\ntheme = "deskterm-dark"\nhours = "13"\n', encoding="utf-8")
    monkeypatch.setenv("DESKTERM_ADVANCE", "stay")
    settings = Settings(motion="none", read_delay=0.0, file=file)
    assert picture(World(SARAH), pressing(*STATES[state]), size, settings)


@pytest.mark.parametrize("size", [*SIZES, (50, 14)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", ORGANIZATION)
def test_organization(picture: TakePicture, state: str, size: tuple[int, int]) -> None:
    world = World(DANA, {"send_hold_seconds": 10, "welcome": "Hello!\nWrite to us at any time."})
    settings = Settings(motion="none", read_delay=0.0)
    assert picture(world, pressing(*ORGANIZATION[state]), size, settings)
