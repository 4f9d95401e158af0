"""Customers have settings too: those that mean something to them."""

from pathlib import Path

import pytest

from deskterm.app import DesktermApp
from deskterm.screens.settings.screen import SettingsScreen
from deskterm.settings import Settings
from deskterm.settings.sources import load
from tests.screens.customer import OWN, CustomerWorld, opener
from tests.screens.test_chat import Chat
from tests.screens.world import NOW


async def test_a_customer_chooses_the_key_that_sends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world = CustomerWorld()
    file = tmp_path / "settings.toml"
    settings = Settings(motion="none", file=file)
    app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        john = Chat(pilot, world)
        await john.rest()
        assert "⏎ send  ^J new line" in john.text
        await john.press("f6")
        assert isinstance(app.screen, SettingsScreen)
        assert "Enter sends in the chat" in john.text
        assert "After resolving" not in john.text
        await john.press(*"enter sends", "enter", "down", "enter", "escape")
        assert "^S send  ⏎ new line" in john.text
        await john.press(*"one", "enter", *"two")
        assert not world.called("send")
        await john.press("ctrl+s")
        assert world.called("send") == [(OWN, "one\ntwo")]
    assert not load({}, file).settings.chat_send_on_enter


async def test_problems_are_said_when_the_console_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = CustomerWorld()
    app = DesktermApp(
        opener(world, monkeypatch),
        Settings(motion="none"),
        clock=lambda: NOW,
        problems=["settings.toml:2: ‘thme’ is no setting"],
    )
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        john = Chat(pilot, world)
        await john.rest()
        assert "settings.toml:2: ‘thme’ is no" in john.text
