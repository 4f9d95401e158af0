"""Keys that come faster than a question is answered go to what is below it, as they were meant."""

import asyncio
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

#: Seconds that a key waits at most for one widget: a widget that is busy longer will not answer it, either.
_MOST = 0.25
#: What was typed goes from the field to its panel, from there to the question, and then it is answered.
_STEPS = 4


async def answered(app: App[Any], asked: Screen[Any]) -> None:
    """Let a question that was just given a key answer, so that the next key goes to what is below it."""
    focused = asked.focused
    chain = (
        [each for each in focused.ancestors_with_self if each is not app] if focused is not None else [asked]
    )
    for _ in range(_STEPS):
        for each in chain:
            await _caught_up(each)
        if app.screen is not asked:
            break
    for _ in range(2):  # the answer is told, then acted upon
        await _caught_up(app.screen)


async def _caught_up(pump: MessagePump) -> None:
    """Until `pump` has handled what it was sent so far."""
    done = asyncio.Event()
    if pump.call_later(done.set):
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), _MOST)
