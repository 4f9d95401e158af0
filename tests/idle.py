"""When a console under test has nothing left to do, seen from its event loop.

Textual's pilot guesses that from the processor time of the whole process, in steps of 20 ms: on a machine
that is busy it gives up after a second, and goes on too early.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import textual.app
import textual.pilot

#: Seconds within which a timer is something left to do: that of the next frame takes up to two frames.
SOON = 3 / 60
#: Turns of the loop without anything to do after which it rests: what a socket or a thread brings takes some.
TURNS = 4
#: Seconds after which something moves for ever, as what turns while one waits, and is not waited for.
LIMIT = 5.0


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1, soon: float = SOON) -> None:
    """Wait until the loop and its threads have nothing to do, and no timer ends `soon`, in seconds.

    The other two are Textual's, which a busy machine makes too short.
    """
    del min_sleep, max_sleep
    loop: Any = asyncio.get_running_loop()
    limit = loop.time() + LIMIT
    quiet = 0
    while quiet < TURNS and loop.time() < limit:
        await asyncio.sleep(0)
        wait = _next_timer(loop) - loop.time()
        if loop._ready:
            quiet = 0
        elif _threads_work(loop):
            quiet = 0
            await asyncio.sleep(0.001)
        elif wait < soon:
            quiet = 0
            await asyncio.sleep(max(wait, 0))
        else:
            quiet += 1


def _next_timer(loop: Any) -> float:
    return min((each.when() for each in loop._scheduled if not each.cancelled()), default=float("inf"))


def _threads_work(loop: Any) -> bool:
    threads: Any = loop._default_executor
    if not isinstance(threads, ThreadPoolExecutor):
        return False
    return threads._work_queue.qsize() > 0 or threads._idle_semaphore._value < len(threads._threads)


def look_instead_of_guessing() -> None:
    """Let the pilot wait like this."""
    textual.pilot.wait_for_idle = textual.app.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
