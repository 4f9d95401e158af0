"""The bytes of server frames: what is the same for many receivers is made once.

A WebSocket text frame of a server is a header of two to ten bytes and the payload, unmasked (RFC 6455 §5.2).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from deskterm.server.live.cursor import Stamp


@dataclass(slots=True, frozen=True, eq=False)
class Piece:
    """One event as receivers with the same eyes get it; `data` is JSON."""

    seq: int
    nonce: int
    kind: str
    data: bytes


def text_frame(payload: bytes) -> bytes:
    """A whole unfragmented text frame around `payload`."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65536:
        return struct.pack("!BBH", 0x81, 126, size) + payload
    return struct.pack("!BBQ", 0x81, 127, size) + payload


def json_frame(frame: dict[str, Any]) -> bytes:
    """A whole text frame of a small frame."""
    return text_frame(to_json(frame))


PING = json_frame({"type": "ping"})


def ping(cursor: str) -> bytes:
    """The ping of a live receiver, who learns by it if the last frame before a silence never came."""
    return json_frame({"type": "ping", "cursor": cursor})


def event_payload(kind: str, data: bytes, *, cursor: str, previous: str) -> bytes:
    """The JSON of an `event` frame around data that is JSON already. Kinds and cursors need no escaping."""
    prefix = f'{{"type":"event","cursor":"{cursor}","previous":"{previous}","kind":"{kind}","data":'
    return b"".join((prefix.encode(), data, b"}"))


def events_payload(items: Sequence[Piece], *, cursor: str, previous: str) -> bytes:
    """The JSON of an `events` frame."""
    inner = b",".join(b'{"kind":"%b","data":%b}' % (item.kind.encode(), item.data) for item in items)
    prefix = f'{{"type":"events","cursor":"{cursor}","previous":"{previous}","items":['
    return b"".join((prefix.encode(), inner, b"]}"))


class Run:
    """`event` frames in a row. Only the first names what was sent before, so the rest is shared."""

    def __init__(self, pieces: Sequence[Piece], stamp: Stamp) -> None:
        self._pieces = pieces
        self._stamp = stamp
        self._shared: bytes | None = None
        self._after: dict[str, bytes] = {}
        self.first = pieces[0].seq
        self.last = pieces[-1].seq
        self.cursor = stamp.cursor(self.last, pieces[-1].nonce)

    def after(self, previous: str) -> bytes:
        """The bytes for receivers that were sent `previous` last."""
        made = self._after.get(previous)
        if made is None:
            if self._shared is None:
                self._shared = self._rest()
            made = self._after[previous] = self._frame(self._pieces[0], previous) + self._shared
        return made

    def beyond(self, seq: int) -> "Run | None":
        """The same run for a receiver that has read the log up to `seq` already."""
        rest = [piece for piece in self._pieces if piece.seq > seq]
        return Run(rest, self._stamp) if rest else None

    def _rest(self) -> bytes:
        frames = []
        for before, piece in zip(self._pieces, self._pieces[1:], strict=False):
            frames.append(self._frame(piece, self._stamp.cursor(before.seq, before.nonce)))
        return b"".join(frames)

    def _frame(self, piece: Piece, previous: str) -> bytes:
        cursor = self._stamp.cursor(piece.seq, piece.nonce)
        return text_frame(event_payload(piece.kind, piece.data, cursor=cursor, previous=previous))
