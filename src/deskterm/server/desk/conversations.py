"""Reaching conversations: with permission, or as if they did not exist."""

from deskterm.server import policy
from deskterm.server.errors import NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import assignments, conversations
from deskterm.server.storage.assignments import AssignmentRow
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Reader
from deskterm.server.storage.organizations import Settings, parse_settings

PREVIEW_LIMIT = 120


def access_conversation(reader: Reader, principal: Principal, conversation_id: bytes) -> ConversationRow:
    """The conversation if the principal may see it now; else the same `NotFound` as for a missing one."""
    row = conversations.by_id(reader, principal, conversation_id)
    if row is None or not is_visible(principal, row):
        raise NotFound()
    return row


def is_visible(principal: Principal, row: ConversationRow) -> bool:
    """Whether the principal sees the conversation as the row has it."""
    return policy.may_see(principal, row, settings_of(row).staff_sees)


def settings_of(row: ConversationRow) -> Settings:
    """The organization's settings, read along with the row."""
    return parse_settings(row.settings)


def assignment_history(
    reader: Reader, principal: Principal, conversation_id: bytes, *, before: int, limit: int
) -> list[AssignmentRow]:
    """Who had a conversation, newest first, one more than `limit`."""
    row = access_conversation(reader, principal, conversation_id)
    return assignments.history(reader, principal.organization_id, row.id, before=before, limit=limit + 1)


def preview_of(text: str) -> str:
    """The first words of a message on one line, at most 120 characters."""
    line = " ".join(text[: PREVIEW_LIMIT * 8].split())
    return line if len(line) <= PREVIEW_LIMIT else line[: PREVIEW_LIMIT - 1] + "…"
