"""What this console tells others in passing: that somebody types, and what they look at. Never kept."""

import json
from collections.abc import Awaitable, Callable

from deskterm.protocol.records import Visibility

Say = Callable[[str], Awaitable[None]]
#: The receiver forgets typing after six seconds; repeating it every three keeps it alive.
TYPING_EVERY = 3.0  # seconds


class Signals:
    """Throttles typing, and remembers what is looked at, to say it again on the next socket."""

    def __init__(self, say: Say, monotonic: Callable[[], float]) -> None:
        self._say = say
        self._monotonic = monotonic
        self._typed: dict[tuple[str, Visibility], float] = {}
        self._viewing: str | None = None

    async def typing(
        self, conversation_id: str, visibility: Visibility = Visibility.PUBLIC, persona_id: str | None = None
    ) -> None:
        """Somebody pressed a key in a composer; said at most every three seconds."""
        key = (conversation_id, visibility)
        now = self._monotonic()
        if key in self._typed and now - self._typed[key] < TYPING_EVERY:
            return
        self._typed = {key: now}
        frame = {"type": "typing", "conversation_id": conversation_id, "visibility": visibility}
        await self._say(json.dumps(frame | ({"persona_id": persona_id} if persona_id else {})))

    def sent(self) -> None:
        """What was typed has been sent: the next key counts at once."""
        self._typed = {}

    async def viewing(self, conversation_id: str | None) -> None:
        """A conversation is open on the screen now, or none."""
        if conversation_id != self._viewing:
            self._viewing = conversation_id
            await self.repeat()

    async def repeat(self) -> None:
        """A new socket knows nothing yet."""
        await self._say(json.dumps({"type": "viewing", "conversation_id": self._viewing}))
