"""From where a receiver may go on reading the log."""

from typing import NamedTuple

from deskterm.protocol.records import Role
from deskterm.server.live.cursor import Stamp, parse_cursor, sight_of
from deskterm.server.principal import Principal
from deskterm.server.storage import events as log
from deskterm.server.storage import organizations, personas
from deskterm.server.storage.database import Reader


class Start(NamedTuple):
    """A position that the log reaches."""

    seq: int
    nonce: int


def stamp_of(reader: Reader, epoch: str, principal: Principal) -> Stamp:
    """What the principal's cursors share at this moment."""
    rule = organizations.rule(reader, principal.organization_id, principal.member_id)
    operated: list[bytes] = []
    if principal.role is Role.STAFF and principal.member_id is not None:
        operated = personas.operated_by(reader, principal.organization_id, principal.member_id)
    return Stamp(epoch, sight_of(principal, rule, operated))


def head(reader: Reader, organization_id: int) -> Start:
    """The newest position."""
    found = log.head(reader, organization_id)
    return Start(found.seq, found.nonce)


def start(reader: Reader, stamp: Stamp, organization_id: int, text: str, reach: int) -> Start | None:
    """The position of a cursor; None if the log does not lead on from there.

    That is so for another history or sight, for what has been compacted away, and for what is more than
    `reach` events behind, where a snapshot is cheaper.
    """
    cursor = parse_cursor(text)
    if cursor is None or not stamp.accepts(cursor):
        return None
    behind = log.head(reader, organization_id).seq - cursor.seq
    if not 0 <= behind <= reach or not log.reaches(reader, organization_id, cursor.seq, cursor.nonce):
        return None
    return Start(cursor.seq, cursor.nonce)
