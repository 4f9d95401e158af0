"""What organizations may have sent to other programs."""

from enum import StrEnum


class WebhookEvent(StrEnum):
    """The kinds of events. Internal notes are sent to those only who ask for `note.created`."""

    MESSAGE_CREATED = "message.created"
    MESSAGE_DELETED = "message.deleted"
    NOTE_CREATED = "note.created"
    CONVERSATION_CREATED = "conversation.created"
    CONVERSATION_UPDATED = "conversation.updated"
    ASSIGNMENT_CREATED = "assignment.created"
