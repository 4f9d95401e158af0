"""What all who are fed from one organization's log need alike, read once: its last events, who sees, JSON."""

from collections.abc import Iterable
from typing import Final

from deskterm.server.live.kept import Kept
from deskterm.server.storage import events as log
from deskterm.server.storage.database import Event, Reader

#: Events that are kept; who is further behind reads the log alone.
EVENTS_KEPT: Final = 5_000
#: Events about no conversation that change nothing of what is shown in any.
_APART: Final = frozenset({"session", "draft", "canned_reply", "view"})


class Lately:
    """True for the moment of the reader that it was renewed with last.

    An event voids what is kept of its conversation, one of a message leaves the other messages; one that is
    about none, as when somebody is renamed, voids everything.
    """

    def __init__(self, organization_id: int) -> None:
        self._organization_id = organization_id
        self._used = False
        self._begin(0)

    def _begin(self, seq: int) -> None:
        self._seq = seq
        self._events: list[Event] = []  # the last ones up to `_seq`, without a gap
        self.kept = Kept()

    def rest(self) -> None:
        """Forget everything if nobody needed it since the last rest."""
        if not self._used:
            self._begin(0)
        self._used = False

    def renew(self, reader: Reader) -> None:
        """Read on, so that everything is true for the reader's moment."""
        self._used = True
        news = self._read(reader, self._seq, EVENTS_KEPT) if self._seq else []
        if not self._seq or len(news) == EVENTS_KEPT or not log.contiguous(news, self._seq):
            self._begin(log.head(reader, self._organization_id).seq)
            return
        if news:
            self._seq = news[-1].seq
            self._events = (self._events + news)[-EVENTS_KEPT:]
            self._void(news)
        if self.kept.full:
            self.kept = Kept()

    def page(self, reader: Reader, after: int, limit: int) -> list[Event]:
        """Up to `limit` events after `after`; the reader is of the moment of the last `renew`."""
        first = self._seq - len(self._events)
        if after < first:
            if self._seq - after > EVENTS_KEPT or first - after > limit:  # a page at a time
                return self._read(reader, after, limit)
            older = self._read(reader, after, first - after)
            if not log.contiguous(older, after):
                return older
            self._events, first = older + self._events, after
        return self._events[after - first : after - first + limit]

    def _void(self, news: Iterable[Event]) -> None:
        for event in news:
            if event.conversation_id is not None:
                message_id = event.entity_id if event.entity == "message" else None
                self.kept.forget(event.conversation_id, message_id)
            elif event.entity not in _APART:
                self.kept = Kept()

    def _read(self, reader: Reader, after: int, limit: int) -> list[Event]:
        return log.page(reader, self._organization_id, after=after, limit=limit)
