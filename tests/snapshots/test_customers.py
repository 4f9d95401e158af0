"""Pictures of the customers' screen, the sign-in and the demo's chooser, at every size and theme."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.client.accounts.entrance import Wish
from deskterm.client.errors import ApiError
from deskterm.protocol.demo import PEOPLE
from deskterm.protocol.records import Status
from deskterm.settings import Settings
from tests.screens.console import SIZES, screen_text
from tests.screens.customer import JOHN, CustomerWorld, opener
from tests.screens.way_in import HERE, ScriptedEntrance, probing
from tests.screens.world import NOW, ago
from tests.snapshots.conftest import SnapCompare

Step = Callable[[Pilot[int], CustomerWorld], Awaitable[None]]


async def rest(pilot: Pilot[int]) -> None:
    """Let everything that was begun come to its end."""
    for _ in range(3):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


async def nothing(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)


async def loading(pilot: Pilot[int], world: CustomerWorld) -> None:
    while "░" not in screen_text(pilot.app):
        await pilot.pause(0.02)


async def typing(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    world.support_types()
    await pilot.press(*"Works, thank y")
    await rest(pilot)


async def offline(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    world.offline()
    await pilot.press(*"Are you there?", "enter", *"I will w")
    await rest(pilot)


async def closed(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    world.becomes(Status.CLOSED, "This request was closed.")
    await rest(pilot)


async def asking(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    await pilot.press("ctrl+n")
    await rest(pilot)


async def requests(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    old = world.request(4700, Status.CLOSED, preview="Invoice copy", last_message_at=ago(9000))
    world.add_message(old.id, "Please send me a copy.", ago(9000), JOHN)
    await pilot.press("f3")
    await rest(pilot)


async def help_page(pilot: Pilot[int], world: CustomerWorld) -> None:
    await rest(pilot)
    await pilot.press("f1")
    await rest(pilot)


def slow() -> CustomerWorld:
    """A server that has not answered yet."""
    world = CustomerWorld()
    world.hold()
    return world


STATES: dict[str, tuple[Callable[[], CustomerWorld], Step]] = {
    "full": (CustomerWorld, nothing),
    "empty": (lambda: CustomerWorld(empty=True, online=False), nothing),
    "loading": (slow, loading),
    "typing": (CustomerWorld, typing),
    "offline": (CustomerWorld, offline),
    "closed": (CustomerWorld, closed),
    "new-request": (CustomerWorld, asking),
    "requests": (CustomerWorld, requests),
    "help": (CustomerWorld, help_page),
}

themes = pytest.mark.parametrize("theme", ["deskterm-dark", "deskterm-light"])
sizes = pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")


@themes
@sizes
@pytest.mark.parametrize("state", STATES)
def test_chat(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    make, step = STATES[state]
    world = make()
    settings = Settings(theme=theme, motion="none", read_delay=3600)
    app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)

    async def prepare(pilot: Pilot[int]) -> None:
        await step(pilot, world)

    assert snap_compare(app, terminal_size=size, run_before=prepare)


@themes
@sizes
@pytest.mark.parametrize("state", ["fresh", "refused", "people"])
def test_way_in(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    state: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    probing(monkeypatch, "1.0")
    people = PEOPLE if state == "people" else ()
    wish = Wish(server=HERE, people=people, join="deskterm demo --as john.doe@example.com")
    entrance = ScriptedEntrance(wish, opener(CustomerWorld(), monkeypatch))
    settings = Settings(theme=theme, motion="none")
    app = DesktermApp(None, settings, clock=lambda: NOW, entrance=entrance)

    async def prepare(pilot: Pilot[int]) -> None:
        await rest(pilot)
        if state == "refused":
            entrance.refusals = [ApiError("rate_limited", 429, "no", retry_after=32)]
            await pilot.press(*"sarah@designpi.com", "enter", *"secret", "enter")
            await rest(pilot)

    assert snap_compare(app, terminal_size=size, run_before=prepare)
