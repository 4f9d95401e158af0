"""Why one cannot write in a conversation that one reads, in words for below it. Pure."""

from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation
from deskterm.text.words import tr
from deskterm.widgets.conversations.row import is_over


def silence(conversation: Conversation, replica: Replica, muted: str) -> str | None:
    """What to say instead of letting somebody write, `muted` to whom it is so; None where they may."""
    if is_over(conversation) and conversation.persona is not None:
        return tr(
            "{name} is not in use any more: you can read here, not write.", name=conversation.persona.name
        )
    if replica.rooms.is_read_only(conversation.id):
        return tr("This room is kept to be read: nobody writes here.")
    if not replica.rooms.may_write(conversation.id):
        return muted
    return None
