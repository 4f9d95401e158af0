"""Which customers are on other servers, as long as these go on saying so."""

from collections.abc import Mapping
from typing import Final

from deskterm.server.clock import Clock
from deskterm.server.live.lookers import AGAIN, KEPT
from deskterm.server.live.whispers import Here
from deskterm.server.storage.queue import ElsewhereRow

#: Contacts that one word names; more would not fit.
AT_ONCE: Final = 100


class Elsewhere:
    """A server that dies says nothing more, and its customers are forgotten after a while."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._said: dict[bytes, dict[str, tuple[float, int]]] = {}
        self._again_at = clock.monotonic() + AGAIN
        self._changed = False

    def note(self, here: Here) -> None:
        """Another server says who came there, is still there, or went."""
        until = self._clock.monotonic() + KEPT
        for each in map(bytes.fromhex, here.contact_ids):
            nodes = self._said.setdefault(each, {})
            self._changed |= here.here is not bool(nodes)
            nodes.pop(here.node, None)
            if here.here:
                nodes[here.node] = until, here.organization_id
            elif not nodes:
                del self._said[each]

    def news(self) -> Mapping[bytes, ElsewhereRow] | None:
        """All who are elsewhere, if it is not the same as when this was asked last."""
        if not self._changed:
            return None
        self._changed = False
        return {
            each: ElsewhereRow(organization_id, each, 0, 0)
            for each, nodes in self._said.items()
            for _, organization_id in nodes.values()
        }

    def is_time(self) -> bool:
        """Whether this server has to say again who is here; who is void by then is forgotten."""
        now = self._clock.monotonic()
        if now < self._again_at:
            return False
        self._again_at = now + AGAIN
        for each, nodes in tuple(self._said.items()):
            for node in [node for node, (until, _) in nodes.items() if now >= until]:
                del nodes[node]
            if not nodes:
                del self._said[each]
                self._changed = True
        return True
