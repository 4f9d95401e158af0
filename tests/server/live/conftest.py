"""Live connections whose heart beats when the test says so."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from deskterm.server.config import Config, HashCost
from deskterm.server.live.settings import LiveSettings
from deskterm.server.services import Services
from deskterm.server.storage import personas
from deskterm.server.storage.database import Tx
from deskterm.server.storage.personas import PersonaRow
from tests.server.live.watcher import Watcher, at_rest

pytest.register_assert_rewrite("tests.server.live.story.checks")

SUPPORT, MIA = bytes(15) + b"\x01", bytes(15) + b"\x02"
MIA_TEXT = "00000000-0000-0000-0000-000000000002"

#: Brings all these watchers to rest: whatever was committed before has arrived.
Rest = Callable[..., Awaitable[None]]


@pytest.fixture
def live_settings() -> LiveSettings:
    """Every tick pings, so that a test can wait for what was sent before."""
    return LiveSettings(heartbeat=0)


@pytest.fixture
def config(tmp_path: Path, postgres: str | None, live_settings: LiveSettings) -> Config:
    return Config(
        data=tmp_path / "data",
        postgres=postgres,
        hash_cost=HashCost(memory=8, passes=1),
        timers=False,
        live=live_settings,
    )


@pytest.fixture
def rest(services: Services) -> Rest:
    async def wait(*watchers: Watcher) -> None:
        await at_rest(services.hub, *watchers)

    return wait


@pytest.fixture
async def support_persona(services: Services, people: None) -> None:
    """The support persona, and Mia, whom nobody but admins may use."""

    def add(tx: Tx) -> None:
        key = int(tx.value("SELECT organization_id FROM organization WHERE slug = 'designpi'"))
        for row in (
            PersonaRow(SUPPORT, "Support", None, "SU", None, 0, 1),
            PersonaRow(MIA, "Mia", None, "MI", None, 1, 0),
        ):
            personas.insert(tx, key, row)

    await services.db.write(add)
