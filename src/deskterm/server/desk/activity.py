"""Activity lines: what happened to a conversation, told inside it.

Lines that name an agent are internal. Contacts get fixed, neutral sentences. A line is no message to answer:
it moves neither unread marks nor previews nor the order of lists.
"""

from deskterm.protocol.records import AuthorKind, MessageKind, Visibility
from deskterm.protocol.status_lines import CLOSED, REOPENED, RESOLVED, SUCCEEDED
from deskterm.server.desk.journal import Journal
from deskterm.server.storage import messages
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.messages import NewMessage

__all__ = ["CLOSED", "REOPENED", "RESOLVED", "SUCCEEDED", "add_line"]


def add_line(
    tx: Tx, journal: Journal, organization_id: int, conversation_id: bytes, text: str, *, public: bool
) -> None:
    """Add a line to the conversation; only fixed sentences may be `public`."""
    line = NewMessage(
        id=tx.ids.new_bytes(),
        conversation_id=conversation_id,
        author_kind=AuthorKind.SYSTEM,
        author_id=None,
        persona_id=None,
        voice_persona_id=None,
        kind=MessageKind.ACTIVITY,
        visibility=Visibility.PUBLIC if public else Visibility.INTERNAL,
        body=text,
    )
    journal.add(
        "message.created",
        "message",
        line.id,
        Audience.CONVERSATION if public else Audience.AGENTS_OF_CONVERSATION,
        conversation_id=conversation_id,
        write=lambda seq: messages.insert(tx, organization_id, seq, line),
    )
