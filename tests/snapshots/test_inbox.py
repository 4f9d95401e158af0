"""Pictures of the agents' inbox in every state, at three sizes, in dark and light."""

from collections.abc import Callable

import pytest

from tests.screens.console import SIZES, Driven
from tests.screens.world import DANA, SARAH, World, cid
from tests.snapshots.conftest import TakePicture, still
from tests.snapshots.steps import Step, pressing


async def loading(driven: Driven) -> None:
    while "░" not in driven.text():
        await driven.pilot.pause()


async def offline(driven: Driven) -> None:
    if driven.inbox.single:
        driven.inbox.preview()  # what was shown stays
        await driven.settle()
    driven.world.offline()
    await driven.settle()


async def failed_send(driven: Driven) -> None:
    await driven.press("r")
    driven.world.offline()
    await driven.press("O", "n", "space", "i", "t", "ctrl+s")


async def conversation(driven: Driven) -> None:
    await driven.press("enter")
    driven.world.types(cid(4821))
    await driven.settle()


def slow() -> World:
    """A server that has not answered yet."""
    world = World(SARAH)
    world.hold()
    return world


STATES: dict[str, tuple[Callable[[], World], Step]] = {
    "full": (lambda: World(SARAH), pressing("j")),
    "admin": (lambda: World(DANA), pressing("j")),
    "empty": (lambda: World(SARAH, empty=True), pressing()),
    "loading": (slow, loading),
    "offline": (lambda: World(SARAH), offline),
    "filtered-empty": (lambda: World(SARAH), pressing("/", *"source:email", "enter")),
    "conversation": (lambda: World(SARAH), conversation),
    "note": (lambda: World(SARAH), pressing("n", "h", "m")),
    "failed-send": (lambda: World(SARAH), failed_send),
    "assign": (lambda: World(DANA), pressing("a")),
    "snooze": (lambda: World(SARAH), pressing("enter", "z")),
    "help": (lambda: World(DANA), pressing("?")),
    "palette": (lambda: World(DANA), pressing("colon", "t", "a")),
}


@pytest.mark.parametrize("theme", ["deskterm-dark", "deskterm-light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_inbox(picture: TakePicture, state: str, size: tuple[int, int], theme: str) -> None:
    make, step = STATES[state]

    async def previewed(driven: Driven) -> None:
        wanted = driven.inbox.single and state not in ("loading", "empty")
        await step(driven)
        if wanted and not driven.inbox.reading_mode:
            driven.inbox.preview()

    assert picture(make(), previewed, size, still(theme))
