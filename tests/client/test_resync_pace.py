"""A server whose log never fits the cursor it hands out is asked for everything ever more rarely."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from deskterm.client.desk import Desk
from deskterm.client.live import subscription
from tests.client.canned import Canned
from tests.client.stage import Stage, soon


async def refuses(socket: Any, meanwhile: Callable[[], None] = lambda: None) -> None:
    """The server's answer to a cursor that it does not know."""
    await socket.hears()
    meanwhile()
    await socket.says("welcome", mode="need_snapshot", protocol=1, cursor="n0", heartbeat=25)


async def test_each_snapshot_in_a_row_waits_longer_and_f5_does_not(
    desk: Desk, stage: Stage, server: Canned
) -> None:
    socket = await soon(server.sockets.get())
    await refuses(socket)  # the first one is taken at once
    waits = []
    for _ in range(4):
        await refuses(socket)
        nap = await soon(stage.naps.get())
        waits.append(nap.seconds)
        nap.over.set()
    assert waits == [0.5, 1.0, 2.0, 4.0]
    await refuses(socket)
    await soon(stage.naps.get())
    await desk.refresh()
    await soon(socket.hears())


async def test_a_snapshot_long_after_another_is_taken_at_once(
    stage: Stage, server: Canned, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = [0.0]
    made: Callable[..., None] = subscription.Subscription.__init__

    def with_a_clock(*things: Any, **more: Any) -> None:
        made(*things, **{**more, "monotonic": lambda: times[-1]})

    monkeypatch.setattr(subscription.Subscription, "__init__", with_a_clock)
    await stage.open(server)
    socket = await soon(server.sockets.get())
    for minutes in (2, 4, 6):
        await refuses(socket, partial(times.append, minutes * 60.0))
    await soon(socket.hears())
    assert stage.naps.empty()
    await stage.desk.close()
