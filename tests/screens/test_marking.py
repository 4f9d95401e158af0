"""Marks for what is unread, set for several at once, and where the server cannot be reached."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deskterm.client.http.api import Api
from tests.screens.console import Driven, console
from tests.screens.real_server import SARAH, address, at_console, signed_in
from tests.screens.world import cid

__all__ = ["address"]


async def unread(api: Api) -> dict[int, bool]:
    """Which conversations the desk has as unread, by their numbers."""
    return {each.number: each.unread > 0 for each in (await api.conversations()).items}


async def test_several_are_marked_at_once_and_each_gets_its_own_mark_back(address: str) -> None:
    api = await signed_in(address, SARAH)
    assert await unread(api) == {1: True, 3: False}
    async with at_console(address, SARAH) as sarah:
        await sarah.press("asterisk", "m", "u")
        await sarah.sees("2 selected: marked as unread")
        await sarah.press("enter")
        await sarah.sees("1 marked as unread · 1 was so already")
        assert await unread(api) == {1: True, 3: True}
        await sarah.press("u")
        await sarah.sees("Taken back")
        assert await unread(api) == {1: True, 3: False}
        await sarah.press("escape", "asterisk", "m", "r")
        await sarah.sees("2 selected: marked as read")
        await sarah.press("enter")
        await sarah.sees("1 marked as read · 1 was so already")
        assert await unread(api) == {1: False, 3: False}
        await sarah.press("u")
        await sarah.sees("Taken back: 1 marked as read")
        assert await unread(api) == {1: True, 3: False}
    await api.close()


def marked(driven: Driven) -> bool:
    """Whether the first conversation is unread on the screen."""
    return driven.inbox.listing.rows[0].unread > 0


async def until(driven: Driven, holds: Callable[[], bool]) -> None:
    """Let the disk's thread have its turns."""
    for _ in range(300):
        if holds():
            return
        await driven.pilot.pause(0.01)
    pytest.fail(driven.text())


async def test_offline_one_is_marked_at_once_and_the_server_told_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with console(monkeypatch, home=tmp_path) as driven:
        assert driven.inbox.listing.rows[0].id == cid(4821)
        assert marked(driven)
        driven.world.offline()
        await driven.settle()
        await driven.press("m", "r")
        outgoing = driven.inbox.desk.replica.outgoing
        await until(driven, lambda: bool(outgoing.delayed()))
        await driven.settle()
        assert not marked(driven)
        assert "1 change waiting" in driven.text()
        await driven.press("m", "r")
        assert "#4821 is read already." in driven.said()
        driven.world.calls.clear()
        driven.world.back(0)
        await until(driven, lambda: not outgoing.unsettled())
        await driven.settle()
        assert [each[-1] for each in driven.world.called("patch")] == [{"unread": False}]
        assert not marked(driven)
        assert driven.app.desk is not None
        await driven.app.desk.close()
