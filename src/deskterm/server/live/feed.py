"""Serving one receiver from the log: the replay after a hello, and whatever it was too slow to take live."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from deskterm.protocol.records import Kind
from deskterm.protocol.wire.frames import SERVER_FRAME_LIMIT
from deskterm.server.live.audience import Audiences
from deskterm.server.live.dispatch import Rendering
from deskterm.server.live.frames import Piece
from deskterm.server.live.lately import Lately
from deskterm.server.live.replay import Item, collapse, thin
from deskterm.server.live.turns import Turns
from deskterm.server.principal import Principal
from deskterm.server.storage import audiences as audience_rows
from deskterm.server.storage import events as log
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Database, Event, Reader

PAGE = 500
#: Items that are rendered before the event loop gets a turn.
SLICE = 50
#: Room for the frame around its items.
ENVELOPE = 1024

MakeRendering = Callable[[Reader, Audiences], Rendering]


class LogDamaged(Exception):
    """The log has a hole after `position`."""

    def __init__(self, position: int) -> None:
        super().__init__(f"the event log has a hole after {position}")
        self.position = position


@dataclass(slots=True, frozen=True)
class Part:
    """Pieces for one `events` frame (maybe none) and the position that is reached with it."""

    pieces: tuple[Piece, ...]
    seq: int
    nonce: int


@dataclass(slots=True, frozen=True)
class Source:
    """Where a principal's events come from."""

    db: Database
    principal: Principal
    make_rendering: MakeRendering
    lately: Lately

    async def parts(
        self, turns: Turns, after: int, limit: int, *, lagging: bool = False
    ) -> AsyncIterator[Part]:
        """The log after `after`, at most about `limit` events, each entity once, in frames that fit.

        To a reader who is `lagging`, rooms are told by their latest message only. The last part reaches the
        end of what was read, even with nothing to tell. Raises `LogDamaged`.
        """
        events, end = await self._collect(turns, after, limit)
        if end is None:
            return
        collapsed = collapse(events)
        items = iter(thin(collapsed, self._rooms(collapsed)) if lagging else collapsed)
        while chunk := list(islice(items, SLICE)):
            async with turns.turn():
                groups = list(_fitting(self._render(chunk)))
            for pieces in groups:
                yield Part(tuple(pieces), pieces[-1].seq, pieces[-1].nonce)
        yield Part((), end.seq, end.nonce)

    async def _collect(self, turns: Turns, after: int, limit: int) -> tuple[list[Event], Event | None]:
        """The events the principal is told, and the last one that was looked at."""
        told: list[Event] = []
        position, end = after, None
        while position - after < limit:
            async with turns.turn():
                page, admitted = self.page(position, PAGE)
            if not page:
                break
            told += admitted
            end = page[-1]
            position = end.seq
            if len(page) < PAGE:
                break
        return told, end

    def page(self, after: int, limit: int) -> tuple[list[Event], list[Event]]:
        """A page of the log, whole and as far as the principal is told of it now. Raises `LogDamaged`."""

        def read(reader: Reader) -> tuple[list[Event], list[Event]]:
            audiences = self._audiences(reader)
            page = self.lately.page(reader, after, limit)
            if not log.contiguous(page, after):
                raise LogDamaged(after)
            return page, audiences.told(self.principal, page)

        return self.db.within(self.principal.organization_id).read(read)

    def _rooms(self, items: Sequence[Item]) -> set[bytes]:
        """The conversations among these that are rooms."""

        def read(reader: Reader) -> set[bytes]:
            kinds = {each.event.conversation_id for each in items if each.event.conversation_id is not None}
            return {
                id_
                for id_ in kinds
                if audience_rows.kind(reader, self.principal.organization_id, id_) == Kind.GROUP
            }

        return self.db.within(self.principal.organization_id).read(read)

    def _render(self, items: Sequence[Item]) -> list[Piece]:
        def read(reader: Reader) -> list[Piece]:
            told = self._audiences(reader)
            rendering = self.make_rendering(reader, told)
            made = (
                rendering.piece(
                    self.principal, item.event, whole=item.whole, ticket=item.ticket, skipped=item.skipped
                )
                for item in items
                if told.admits(self.principal, item.event)
            )
            return [piece for piece in made if piece is not None]

        return self.db.within(self.principal.organization_id).read(read)

    def render_one_by_one(self, events: Iterable[Event]) -> list[Piece]:
        """Every event by itself, not collapsed."""
        return self._render([Item(event) for event in events])

    def _audiences(self, reader: Reader) -> Audiences:
        self.lately.renew(reader)
        staff_sees = organizations.settings(reader, self.principal.organization_id).staff_sees
        return Audiences(reader, self.principal.organization_id, staff_sees, self.lately.kept)


def _fitting(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces in groups that stay below the limit of a frame."""
    group: list[Piece] = []
    size = ENVELOPE
    for piece in pieces:
        if group and size + len(piece.data) > SERVER_FRAME_LIMIT:
            yield group
            group, size = [], ENVELOPE
        group.append(piece)
        size += len(piece.data) + len(piece.kind) + 32
    if group:
        yield group
