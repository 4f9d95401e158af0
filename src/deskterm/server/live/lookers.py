"""Who has a conversation open on other servers, as long as these go on saying so."""

from collections.abc import Iterable
from typing import Final

from deskterm.server.clock import Clock
from deskterm.server.live.whispers import Looking

#: Seconds after which a server says again who looks at what, and after which what it said is void.
AGAIN: Final = 20.0
KEPT: Final = 60.0


class Lookers:
    """Of one organization. A server that dies says nothing more, and is forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[bytes, dict[str, tuple[float, list[str]]]] = {}
        self._again_at = clock.monotonic() + AGAIN

    def note(self, looking: Looking) -> bytes:
        """Another server says who looks; answers the conversation."""
        conversation_id = bytes.fromhex(looking.conversation_id)
        nodes = self._said.setdefault(conversation_id, {})
        nodes.pop(looking.node, None)
        if looking.session_ids:
            nodes[looking.node] = self._clock.monotonic() + KEPT, looking.session_ids
        self._tidy(conversation_id)
        return conversation_id

    def of(self, conversation_id: bytes) -> Iterable[str]:
        """The sessions that have it open elsewhere."""
        return [each for _, sessions in self._said.get(conversation_id, {}).values() for each in sessions]

    def conversations(self) -> Iterable[bytes]:
        """Those that somebody has open elsewhere."""
        return self._said

    def expire(self) -> list[bytes]:
        """The conversations of which something has become void."""
        now = self._clock.monotonic()
        over = [
            (conversation_id, node)
            for conversation_id, nodes in self._said.items()
            for node, (until, _) in nodes.items()
            if now >= until
        ]
        for conversation_id, node in over:
            del self._said[conversation_id][node]
            self._tidy(conversation_id)
        return [conversation_id for conversation_id, _ in over]

    def is_time(self) -> bool:
        """Whether this server has to say again who looks here."""
        now = self._clock.monotonic()
        if now < self._again_at:
            return False
        self._again_at = now + AGAIN
        return True

    def _tidy(self, conversation_id: bytes) -> None:
        if not self._said.get(conversation_id):
            self._said.pop(conversation_id, None)
