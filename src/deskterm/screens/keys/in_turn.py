"""Keys and pastes one after the other, each once all that the one before it set off is done.

A macro, a slow line, or fingers that are faster than a screen deliver many keys at once. Textual would look
up what each does before the one before it has arrived where it was sent: an Enter still on its way to a list
of choices would be followed by letters that run commands behind it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from pathlib import PurePath

from textual import events
from textual.message_pump import MessagePump

from deskterm.screens.keys.keyed import KeyedApp
from deskterm.screens.patience import HELD
from deskterm.settings import Settings

#: What a person does, to be taken in its order.
Typed = events.Key | events.Paste
#: Seconds in which a frame is drawn.
_FRAME = 0.004
#: So many times what a key set off is followed; news from a server must not hold up keys for ever.
_MOST_ROUNDS = 20


class InTurn(KeyedApp):
    """An app that does what is typed in its order."""

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        self._typed: deque[Typed] = deque()
        self._typing: asyncio.Task[None] | None = None
        self._more = asyncio.Event()
        super().__init__(settings, css_path)

    async def on_event(self, event: events.Event) -> None:
        """Put what is typed at the end of the queue; everything else is Textual's."""
        if isinstance(event, Typed) and not event.is_forwarded:
            self._typed.append(event)
            self._more.set()
            self._go_on()
        else:
            await super().on_event(event)

    @property
    def pressing(self) -> bool:
        """Whether something that was typed is not done yet."""
        return self._typing is not None

    async def press(self, event: Typed) -> None:
        """Do what was typed."""
        await super().on_event(event)

    def is_text(self, event: Typed) -> bool:
        """Whether it goes into a text as it is, so that what is typed next may follow at once."""
        focused = self.focused
        return (
            isinstance(event, events.Key)
            and focused is not None
            and focused.check_consume_key(event.key, event.character)
        )

    def press_first(self, typed: Iterable[Typed]) -> None:
        """Press these before what waits."""
        self._typed.extendleft(reversed(tuple(typed)))
        self._go_on()

    def on_unmount(self) -> None:
        """Nothing is pressed any more."""
        if self._typing is not None:
            self._typing.cancel()

    def _go_on(self) -> None:
        if self._typed and self._typing is None:
            self._typing = asyncio.create_task(self._press_all())
            self._typing.add_done_callback(self._pressed)

    async def _press_all(self) -> None:
        flows = False
        while self._typed:
            if flows and not self.is_text(self._typed[0]):
                await self._settled()
                flows = False
                continue  # what was kept till now may have come before it
            event = self._typed.popleft()
            flows = self.is_text(event)
            await self.press(event)
            if not self._typed:
                await self._stand_back()
            if not flows or not self._typed:
                await self._settled()

    def _pressed(self, done: asyncio.Task[None]) -> None:
        """Everything is pressed, or a key failed: that ends as it would without a queue."""
        self._typing = None
        if done.cancelled():
            return
        if error := done.exception():
            self.call_later(_raise, error)
        self._go_on()

    async def _stand_back(self) -> None:
        """Let what the key changed be drawn before it is followed, unless more is typed meanwhile."""
        self._more.clear()
        enough = asyncio.get_running_loop().call_later(_FRAME, self._more.set)
        await self._more.wait()
        enough.cancel()

    async def _settled(self) -> None:
        """Wait until all that a key can reach has nothing left to do, twice: it may have just begun."""
        quiet = 0
        for _ in range(_MOST_ROUNDS):
            for each in self._reached():
                await _turn(each)
            quiet = 0 if any(each.message_queue_size for each in self._reached()) else quiet + 1
            if quiet == 2:
                return

    def _reached(self) -> list[MessagePump]:
        """What a key comes to, from the inside out: what has the focus, and all around and behind it.

        The lowest screen is Textual's own, empty; to wake it would draw everything above it anew.
        """
        inside = self.focused or self.screen
        around = [each for each in inside.ancestors_with_self if each is not self]
        behind = [each for each in reversed(self.screen_stack[1:]) if each not in around]
        return [*around, *behind, self]


async def _turn(pump: MessagePump) -> None:
    """Wait until it has done what it was sent so far, but not for ever."""
    came = asyncio.Event()
    # As `call_later`, which would work out the signature of `set` anew for each turn.
    if pump.post_message(events.Callback(callback=came.set)):
        enough = asyncio.get_running_loop().call_later(HELD, came.set)
        await came.wait()
        enough.cancel()


def _raise(error: BaseException) -> None:
    raise error
