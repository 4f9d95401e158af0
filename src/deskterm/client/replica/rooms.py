"""Rooms on this side: what a room is beyond its conversation, such as whether one may write in it."""

from deskterm.client.answers import Update
from deskterm.client.replica.changes import Changes, RoomChanged
from deskterm.protocol.rooms import Room


class Rooms:
    """Rooms by the id of their conversation."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def get(self, conversation_id: str) -> Room | None:
        """The room with this conversation."""
        return self._rooms.get(conversation_id)

    def may_write(self, conversation_id: str) -> bool:
        """Whether one is not muted there and others write, too, as far as is known."""
        room = self._rooms.get(conversation_id)
        return room is None or not (room.muted or room.read_only)

    def is_read_only(self, conversation_id: str) -> bool:
        """Whether nobody writes there."""
        room = self._rooms.get(conversation_id)
        return room is not None and room.read_only

    def apply(self, update: Update) -> Changes:
        """Take what an event says of a room, or of one of its members."""
        changed = self.put(update.room) if update.room else ()
        return (*changed, RoomChanged(*update.room_member)) if update.room_member else changed

    def put(self, room: Room) -> Changes:
        """A room came or differs; its conversation is taken like any other."""
        held = self._rooms.get(room.id)
        if held == room or (held is not None and held.conversation.rev > room.conversation.rev):
            return ()
        self._rooms[room.id] = room
        return (RoomChanged(room.id),)
