"""What sending has in common whoever writes: recognising a repeat, taking files, storing the message."""

from typing import NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import AuthorKind, Kind, Visibility
from deskterm.protocol.wire.requests import SendMessage
from deskterm.server.desk.journal import Journal
from deskterm.server.errors import Conflict, IdReused, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import attachments, conversations, message_edits, messages
from deskterm.server.storage.attachments import AttachmentRow
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.messages import MessageRow, NewMessage


class Drafted(NamedTuple):
    """A message on its way: cleaned, with the files it takes."""

    id: bytes
    body: str
    kind: str
    files: tuple[AttachmentRow, ...] = ()

    @property
    def shown(self) -> str:
        """What a preview shows: the text, or the first file's name where there is none."""
        return self.files[0].filename if self.files and not self.body.strip() else self.body


def author_kind(principal: Principal) -> AuthorKind:
    """As what the principal writes."""
    return AuthorKind.AGENT if principal.is_agent else AuthorKind.CONTACT


def repeated(
    reader: Reader, principal: Principal, conversation_id: bytes, message_id: bytes, command: SendMessage
) -> bool:
    """Whether this very message is stored already; `IdReused` if anything else is under its id.

    The same = author, conversation, body after cleaning, kind, visibility, persona and files.
    """
    row = messages.by_id(reader, principal.organization_id, message_id)
    if row is None:
        return False
    same = (
        is_author(principal, row)
        and _is_same_conversation(reader, principal, row, conversation_id)
        and row.kind == command.kind
        and row.visibility == command.visibility
        and _is_same_voice(reader, principal, row, command)
        and message_edits.body_as_sent(reader, principal.organization_id, row) == command.body
        and _has_files(reader, principal.organization_id, row, command.attachment_ids)
    )
    if not same:
        raise IdReused()
    return True


def is_author(principal: Principal, row: MessageRow) -> bool:
    """Whether the principal wrote the message."""
    return row.author_kind == author_kind(principal) and row.author_id == principal.actor_id


def speaks_as_persona(row: ConversationRow) -> bool:
    """Whether this is a conversation between an agent and a persona: there operators have no names."""
    return row.kind == Kind.DIRECT and row.contact_id is None and row.persona_id is not None


def _is_same_voice(reader: Reader, principal: Principal, row: MessageRow, command: SendMessage) -> bool:
    if command.persona_id is not None or row.persona_id is None:
        return row.persona_id == (None if command.persona_id is None else to_bytes(command.persona_id))
    conversation = conversations.in_organization(reader, principal.organization_id, row.conversation_id)
    return conversation is not None and speaks_as_persona(conversation)


def _is_same_conversation(
    reader: Reader, principal: Principal, row: MessageRow, conversation_id: bytes
) -> bool:
    """A contact's message to an ended conversation was stored in a later one of theirs: that is the same."""
    if row.conversation_id == conversation_id:
        return True
    if principal.is_agent:
        return False
    organization_id = principal.organization_id
    asked = conversations.in_organization(reader, organization_id, conversation_id)
    stored = conversations.in_organization(reader, organization_id, row.conversation_id)
    return (
        asked is not None
        and stored is not None
        and asked.kind == stored.kind == Kind.SUPPORT
        and asked.contact_id == stored.contact_id
        and asked.number < stored.number
    )


def _has_files(reader: Reader, organization_id: int, row: MessageRow, wanted: list[str]) -> bool:
    if not row.attachment_count or not wanted:
        return row.attachment_count == len(wanted)
    stored = attachments.of_message(reader, organization_id, row.id)
    return {each.id for each in stored} == {to_bytes(each) for each in wanted}


def take_files(reader: Reader, principal: Principal, ids: list[str]) -> tuple[AttachmentRow, ...]:
    """The writer's own uploads with these ids.

    A missing one and somebody else's are `NotFound`, one that another message has is a `Conflict`.
    """
    files = []
    for each in dict.fromkeys(ids):
        row = attachments.by_id(reader, principal.organization_id, to_bytes(each))
        if row is None or row.uploader_id != principal.actor_id:
            raise NotFound()
        if row.message_id is not None:
            raise Conflict("A file belongs to another message already.")
        files.append(row)
    return tuple(files)


def add_message(
    tx: Tx, journal: Journal, principal: Principal, message: NewMessage, files: tuple[AttachmentRow, ...]
) -> None:
    """Store the message when the journal closes, and tell those who may read it."""
    organization_id = principal.organization_id

    def write(seq: int) -> None:
        messages.insert(tx, organization_id, seq, message)
        for place, each in enumerate(files):
            attachments.take(
                tx,
                organization_id,
                each.id,
                message_id=message.id,
                conversation_id=message.conversation_id,
                place=place,
            )

    public = message.visibility == Visibility.PUBLIC and message.held_until is None
    journal.add(
        "message.created",
        "message",
        message.id,
        Audience.CONVERSATION if public else Audience.AGENTS_OF_CONVERSATION,
        conversation_id=message.conversation_id,
        write=write,
    )
