"""Choosing somebody of very many: those that were not loaded are found by typing, on a real server."""

import pytest

from deskterm.client import meeting
from deskterm.screens.notify import recipients
from tests.screens.real_server import DANA, address, at_console, signed_in

__all__ = ["address"]


async def test_somebody_beyond_those_that_were_loaded_is_found_by_typing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting, "_PAGES", 1)
    monkeypatch.setattr(recipients, "MOST", 200)
    api = await signed_in(address, DANA)
    leads = [{"name": f"Lead {each}", "email": f"{each}@example.com"} for each in range(200)]
    await api.import_contacts(leads, dry_run=False)
    await api.close()
    async with at_console(address, DANA) as dana:
        await dana.press("g", "d", "c")
        await dana.sees("Write directly to", "Lead 1")
        await dana.type("jane")
        await dana.sees("Jane Smith")
        await dana.press("enter")
        await dana.sees("Jane Smith as…")
        await dana.press("escape", "1", "c")
        await dana.sees("Write to", "Lead 1")
        await dana.type("jane")
        await dana.sees("jane.smith@example.com")
        await dana.press("enter")
        await dana.sees("New conversation")
        await dana.press("escape", "N")
        await dana.sees("Notification")
        await dana.press("f4")
        await dana.sees("Lead 1")
        await dana.type("jane")
        await dana.sees("jane.smith@example.com")
        await dana.press("enter", "escape")
        await dana.sees("Jane Smith")
