"""Live connections whose heart beats when the test says so."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deskterm.server.config import Config, HashCost
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from tests.server.live.watcher import Watcher

#: Brings all these watchers to rest: whatever was committed before has arrived.
Rest = Callable[..., Awaitable[None]]


@pytest.fixture
def live_settings() -> LiveSettings:
    """Every tick pings, so that a test can wait for what was sent before."""
    return LiveSettings(heartbeat=0)


@pytest.fixture
def config(tmp_path: Path, live_settings: LiveSettings) -> Config:
    return Config(
        data=tmp_path / "data",
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        live=live_settings,
    )


@pytest.fixture
def rest(services: Services) -> Rest:
    async def wait(*watchers: Watcher) -> None:
        await services.hub.settle()
        services.hub.tick()
        for watcher in watchers:
            await watcher.until("ping")

    return wait
