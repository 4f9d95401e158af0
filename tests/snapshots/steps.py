"""What is done before a picture is taken."""

from collections.abc import Awaitable, Callable

from tests.idle import wait_for_idle
from tests.screens.console import Driven

Step = Callable[[Driven], Awaitable[None]]
#: Seconds that a picture is waited for: longer than a preview or the keeping of a text waits.
REST = 0.4


def pressing(*keys: str) -> Step:
    """Press keys one after the other."""

    async def step(driven: Driven) -> None:
        for key in keys:
            await driven.press(key)

    return step


def rested(*keys: str) -> Step:
    """Keys, once the preview is there: it would come below a question or not."""

    async def step(driven: Driven) -> None:
        await wait_for_idle(soon=REST)
        await pressing(*keys)(driven)

    return step
