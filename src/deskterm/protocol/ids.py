"""Ids: UUIDv7, made by whoever creates the thing, sortable by creation time (RFC 9562 §5.7).

The only place that makes ids. Tests and the demo pass a seeded `IdSource`, so that they are deterministic.
"""

import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

UUID_PATTERN = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


class IdSource:
    """Makes UUIDv7 strings. `milliseconds` is the clock, `random_bits(n)` the randomness."""

    def __init__(
        self,
        milliseconds: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        random_bits: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self._milliseconds = milliseconds
        self._random_bits = random_bits

    def new(self) -> str:
        """A new id in its canonical text form."""
        return to_text(self.new_bytes())

    def new_bytes(self) -> bytes:
        """A new id as the 16 bytes that storage keeps."""
        high = (self._milliseconds() & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | self._random_bits(12)
        low = 0b10 << 62 | self._random_bits(62)
        return (high << 64 | low).to_bytes(16)


@lru_cache(maxsize=4_096)  # those of a busy conversation and its people are met all the time
def to_text(value: bytes) -> str:
    """The canonical text form of a 16-byte id."""
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(maxsize=4_096)
def to_bytes(text: str) -> bytes:
    """The 16 bytes of an id in canonical text form; ValueError for anything else."""
    if not UUID_PATTERN.fullmatch(text):
        raise ValueError("not an id")
    return bytes.fromhex(text.replace("-", ""))
