"""The live frames by HTTP, for where no socket gets through, and for scripts."""

from deskterm.server.errors import Gone, Invalid, mistake
from deskterm.server.live.cursor import Stamp, parse_cursor
from deskterm.server.live.feed import PAGE, Source
from deskterm.server.live.frames import event_payload
from deskterm.server.live.resume import Start, head, stamp_of, start
from deskterm.server.storage.database import Reader


def read_events(source: Source, cursor: str | None, limit: int, reach: int) -> bytes:
    """`{items, next_cursor}`: up to `limit` frames after `cursor`, and where to go on.

    Without a cursor there are no frames yet, only where to start. Raises `Invalid` for what never was a
    cursor, `Gone` when the log does not lead on from it: then a snapshot is needed.
    """
    stamp, begin = source.db.within(source.principal.organization_id).read(
        lambda reader: _begin(reader, source, cursor, reach)
    )
    items, end = ([], begin) if cursor is None else _items(source, stamp, begin, limit)
    next_cursor = stamp.cursor(end.seq, end.nonce).encode()
    return b'{"items":[%b],"next_cursor":"%b"}' % (b",".join(items), next_cursor)


def _begin(reader: Reader, source: Source, cursor: str | None, reach: int) -> tuple[Stamp, Start]:
    principal = source.principal
    stamp = stamp_of(reader, source.db.epoch, principal)
    if cursor is None:
        return stamp, head(reader, principal.organization_id)
    if parse_cursor(cursor) is None:
        raise Invalid([mistake("is not a cursor of the live stream", "query", "cursor")])
    begin = start(reader, stamp, principal.organization_id, cursor, reach)
    if begin is None:
        raise Gone("The events after this cursor are not kept any more: take a snapshot.")
    return stamp, begin


def _items(source: Source, stamp: Stamp, begin: Start, limit: int) -> tuple[list[bytes], Start]:
    frames: list[bytes] = []
    previous, end = stamp.cursor(*begin), begin
    while len(frames) < limit:
        page, told = source.page(end.seq, PAGE)
        pieces = source.render_one_by_one(told)[: limit - len(frames)]
        for piece in pieces:
            cursor = stamp.cursor(piece.seq, piece.nonce)
            frames.append(event_payload(piece.kind, piece.data, cursor=cursor, previous=previous))
            previous = cursor
        if len(frames) == limit:
            return frames, Start(pieces[-1].seq, pieces[-1].nonce)
        if page:
            end = Start(page[-1].seq, page[-1].nonce)
        if len(page) < PAGE:
            break
    return frames, end
