"""Cursors: opaque to clients, compared by them for equality only.

The text is `epoch.seq.nonce.sight`. Epoch and nonce tell another history apart, as of a restored backup.
`sight` is the rule by which the receiver was served, and since when: somebody whose role, whose personas or
whose organization's `staff_sees` has changed since then cannot go on from there, because what came into sight
or left it has no events of its own. That holds also when it changed back: what was read between may not stay.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from deskterm.protocol.records import Role
from deskterm.server.principal import Principal
from deskterm.server.storage.organizations import Rule


class Cursor(NamedTuple):
    """A position of an organization's log as some receiver was told."""

    epoch: str
    seq: int
    nonce: int
    sight: str


class Stamp(NamedTuple):
    """What all cursors of one receiver share."""

    epoch: str
    sight: str

    @property
    def era(self) -> str:
        """What its receiver read in another one is void: from a lost history, or by another right to see."""
        return f"{self.epoch}.{self.sight}"

    def cursor(self, seq: int, nonce: int) -> str:
        """The text of a position."""
        return f"{self.epoch}.{seq}.{nonce:08x}.{self.sight}"

    def accepts(self, cursor: Cursor) -> bool:
        """Whether a cursor is of this database's life and of the same sight."""
        return cursor.epoch == self.epoch and cursor.sight == self.sight


def sight_of(principal: Principal, rule: Rule, operated: Sequence[bytes] = ()) -> str:
    """The rule by which the principal sees conversations, a word without dots; `operated`: their personas."""
    if principal.role is Role.STAFF:
        behind = hashlib.blake2b(b"".join(operated), digest_size=6).hexdigest() if operated else ""
        return f"staff-{rule.staff_sees}-{max(rule.since, rule.role_since)}{behind and '-'}{behind}"
    return f"{'admin' if principal.role is Role.ADMIN else 'contact'}-{rule.role_since}"


def parse_cursor(text: str) -> Cursor | None:
    """The parts of a cursor, or None if it was never one."""
    parts = text.rsplit(".", 3)
    if len(parts) != 4 or not (parts[1].isascii() and parts[1].isdigit()) or len(parts[1]) > 18:
        return None
    try:
        return Cursor(parts[0], int(parts[1]), int(parts[2], 16), parts[3])
    except ValueError:
        return None
