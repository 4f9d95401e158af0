"""Rooms and who is in them, as consoles keep and show them. Plain, like `protocol/records`."""

from dataclasses import dataclass
from datetime import datetime

from deskterm.protocol.records import AuthorKind, Conversation, Presence, Role


@dataclass(slots=True, frozen=True)
class Room:
    """A conversation of kind `group`; `muted` = the reader may not write, `read_only` = nobody may.

    Contacts do not get `everyone`.
    """

    id: str
    name: str
    member_count: int
    muted: bool
    conversation: Conversation
    description: str | None = None
    everyone: bool = True
    read_only: bool = False


@dataclass(slots=True, frozen=True)
class RoomMember:
    """Somebody in a room, named as their messages are; contacts get no more than the first four."""

    kind: AuthorKind
    id: str
    name: str
    member_id: str
    role: Role | None = None
    presence: Presence = Presence.OFFLINE
    muted: bool = False
    joined_at: datetime | None = None
