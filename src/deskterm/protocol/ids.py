"""Ids: UUIDv7, made by whoever creates the thing, sortable by creation time (RFC 9562 §5.7).

The only place that makes ids. Tests and the demo pass a seeded `IdSource`, so that they are deterministic.
"""

import hashlib
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
        return _uuid7(self._milliseconds(), self._random_bits(12), self._random_bits(62))


#: The time inside ids that are derived: before all others, so that these sort as older.
_DERIVED_SINCE = 946_684_800_000  # 2000-01-01
_DERIVED_SPAN = 2**39  # milliseconds, some seventeen years


def derived_id(namespace: bytes, entity: str, key: str) -> bytes:
    """The id of what another system calls `key`: always the same, and numbers keep their order."""
    digest = hashlib.sha256(namespace + f"/{entity}/{key}".encode()).digest()
    number = int(key) if re.fullmatch("[0-9]{1,12}", key) else 0
    random = int.from_bytes(digest[:8]), int.from_bytes(digest[8:16])
    return _uuid7(_DERIVED_SINCE + min(number, _DERIVED_SPAN), random[0] >> 52, random[1] >> 2)


def _uuid7(milliseconds: int, random_a: int, random_b: int) -> bytes:
    """RFC 9562's layout: 48 bits of time, 12 and 62 of randomness."""
    high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | random_a
    return (high << 64 | 0b10 << 62 | random_b).to_bytes(16)


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
