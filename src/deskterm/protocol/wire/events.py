"""`data` of the frames `event`, `events` and `ephemeral`, by kind (docs/protocol.md "Live")."""

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from deskterm.protocol.canned_replies import CannedReply
from deskterm.protocol.notifications import Notification
from deskterm.protocol.records import Conversation, Member, Message, Named, Persona, Presence, Visibility
from deskterm.protocol.rooms import Room, RoomMember
from deskterm.protocol.saved_views import SavedView
from deskterm.protocol.wire.frames import BadFrame, Frame


class MessageCreated(Frame):
    """A send. In a replay the conversation rides with the first of its messages only.

    `skipped`: the reader was too slow, and so many messages of this room before this one were left out.
    """

    message: Message
    conversation: Conversation | None = None
    ticket: dict[str, Any] | None = None
    skipped: int = 0


class MessageChanged(Frame):
    """An edited or deleted message."""

    message: Message


class ConversationChanged(Frame):
    """A new or changed conversation."""

    conversation: Conversation


class ConversationGranted(Frame):
    """A conversation that came into the receiver's sight, with its last messages, oldest first."""

    conversation: Conversation
    messages: tuple[Message, ...]


class ConversationRevoked(Frame):
    """A conversation that left the receiver's sight. Data of it with an older `rev` is void from now on."""

    conversation_id: str
    rev: int
    reason: str
    by: Named | None = None


class TicketChanged(Frame):
    """A ticket whose own fields changed."""

    ticket: dict[str, Any]


class AssignmentCreated(Frame):
    """A new line of a conversation's assignment history."""

    assignment: dict[str, Any]


class ReadUpdated(Frame):
    """A read cursor moved; `unread` is what is left for the receiver."""

    conversation_id: str
    seq: int
    unread: int
    conversation: Conversation | None = None


class PersonaChanged(Frame):
    """A new, changed or retired persona."""

    persona: Persona


class MemberChanged(Frame):
    """A new or changed member."""

    member: Member


class OrganizationChanged(Frame):
    """The organization's name or settings, as far as the receiver may see them."""

    organization: dict[str, Any]


class CannedReplyChanged(Frame):
    """A new or changed canned reply."""

    canned_reply: CannedReply


class CannedReplyDeleted(Frame):
    """A canned reply is gone. Data of it with an older `rev` is void from now on."""

    canned_reply_id: str
    rev: int


class ViewChanged(Frame):
    """A new or changed saved view."""

    view: SavedView


class ViewDeleted(Frame):
    """A saved view is gone, or somebody's own since. Data of it with an older `rev` is void from now on."""

    view_id: str
    rev: int


class GroupChanged(Frame):
    """A room changed, or what its reader may do in it."""

    group: Room


class GroupMemberChanged(Frame):
    """A member of a room was muted or may write again; told to agents."""

    group_id: str
    member: RoomMember


class NotificationChanged(Frame):
    """A notification is on its way: told to admins, slice by slice."""

    notification: Notification


class DraftUpdated(Frame):
    """The receiver has changed what they have begun to write, perhaps on another device."""

    draft: dict[str, Any]
    rev: int


class TypingShown(Frame):
    """Somebody is typing, at most until `until`."""

    conversation_id: str
    who: dict[str, Any]
    visibility: Visibility | None = None
    until: str


class ViewingShown(Frame):
    """The agents who have the conversation open now."""

    conversation_id: str
    agents: tuple[Named, ...]


class PresenceShown(Frame):
    """A colleague came, left or stepped away."""

    member_id: str
    presence: Presence


class ContactsShown(Frame):
    """Which contacts of one's direct conversations are there, and which not; `offline` None = all others."""

    online: tuple[str, ...]
    offline: tuple[str, ...] | None


EventData = (
    MessageCreated
    | MessageChanged
    | ConversationChanged
    | ConversationGranted
    | ConversationRevoked
    | TicketChanged
    | AssignmentCreated
    | ReadUpdated
    | PersonaChanged
    | MemberChanged
    | OrganizationChanged
    | CannedReplyChanged
    | CannedReplyDeleted
    | ViewChanged
    | ViewDeleted
    | GroupChanged
    | GroupMemberChanged
    | NotificationChanged
    | DraftUpdated
    | TypingShown
    | ViewingShown
    | PresenceShown
    | ContactsShown
)

_DATA: Final[dict[str, TypeAdapter[EventData]]] = {
    "message.created": TypeAdapter(MessageCreated),
    "message.updated": TypeAdapter(MessageChanged),
    "message.deleted": TypeAdapter(MessageChanged),
    "conversation.created": TypeAdapter(ConversationChanged),
    "conversation.updated": TypeAdapter(ConversationChanged),
    "conversation.granted": TypeAdapter(ConversationGranted),
    "conversation.revoked": TypeAdapter(ConversationRevoked),
    "ticket.updated": TypeAdapter(TicketChanged),
    "assignment.created": TypeAdapter(AssignmentCreated),
    "read.updated": TypeAdapter(ReadUpdated),
    "persona.created": TypeAdapter(PersonaChanged),
    "persona.updated": TypeAdapter(PersonaChanged),
    "persona.deleted": TypeAdapter(PersonaChanged),
    "member.created": TypeAdapter(MemberChanged),
    "member.updated": TypeAdapter(MemberChanged),
    "organization.updated": TypeAdapter(OrganizationChanged),
    "canned_reply.created": TypeAdapter(CannedReplyChanged),
    "canned_reply.updated": TypeAdapter(CannedReplyChanged),
    "canned_reply.deleted": TypeAdapter(CannedReplyDeleted),
    "view.created": TypeAdapter(ViewChanged),
    "view.updated": TypeAdapter(ViewChanged),
    "view.deleted": TypeAdapter(ViewDeleted),
    "group.updated": TypeAdapter(GroupChanged),
    "group_member.updated": TypeAdapter(GroupMemberChanged),
    "notification.updated": TypeAdapter(NotificationChanged),
    "draft.updated": TypeAdapter(DraftUpdated),
    "typing": TypeAdapter(TypingShown),
    "viewing": TypeAdapter(ViewingShown),
    "presence": TypeAdapter(PresenceShown),
    "contacts": TypeAdapter(ContactsShown),
}


def parse_data(kind: str, data: dict[str, Any]) -> EventData | None:
    """`data` of an event or of an ephemeral as a model; None for a later kind. Raises `BadFrame`."""
    adapter = _DATA.get(kind)
    if adapter is None:
        return None
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise BadFrame(
            "invalid", f"{kind}: {error.error_count()} fields are not as they should be"
        ) from error
