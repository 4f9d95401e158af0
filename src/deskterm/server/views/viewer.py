"""Whose eyes a row is rendered for."""

from collections.abc import Callable
from dataclasses import dataclass

from deskterm.protocol.records import Presence
from deskterm.server.principal import Principal


@dataclass(slots=True, frozen=True)
class Viewer:
    """The principal who will read it, and how to ask whether a member (id) is there now."""

    principal: Principal
    presence: Callable[[bytes], Presence]


def nobody_is_there(member_id: bytes) -> Presence:
    """Presence for views that show none."""
    return Presence.OFFLINE
