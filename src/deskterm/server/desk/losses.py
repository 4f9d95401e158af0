"""Telling everybody who saw a conversation that it is not there any more, and why."""

import json

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind, Role
from deskterm.server.desk.conversations import settings_of
from deskterm.server.desk.journal import Journal
from deskterm.server.principal import Principal
from deskterm.server.storage import members, participants
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader


def tell_merged(journal: Journal, reader: Reader, principal: Principal, row: ConversationRow) -> None:
    """It is in another one now: for admins, the staff who saw it, and its contact, who reads no name."""
    by = None if principal.member_id is None else {"id": to_text(principal.member_id), "name": principal.name}
    _tell_all(journal, reader, principal.organization_id, row, by, "merged")


def tell_erased(journal: Journal, reader: Reader, organization_id: int, row: ConversationRow) -> None:
    """Nothing is left of what was written there: consoles forget their copies, those that come later too."""
    _tell_all(journal, reader, organization_id, row, None, "erased")
    for member_id in participants.members_around(reader, organization_id, row.id):
        _tell(journal, row.id, Audience.MEMBER, member_id, None, "erased")


def _tell_all(
    journal: Journal,
    reader: Reader,
    organization_id: int,
    row: ConversationRow,
    by: dict[str, str] | None,
    reason: str,
) -> None:
    _tell(journal, row.id, Audience.ADMINS, None, by, reason)
    sees = settings_of(row).staff_sees
    if row.kind == Kind.SUPPORT and (sees == "all" or (sees == "unassigned" and row.assignee_id is None)):
        _tell(journal, row.id, Audience.STAFF_EXCEPT, None, by, reason)
    elif row.assignee_id is not None and _is_staff(reader, organization_id, row.assignee_id):
        _tell(journal, row.id, Audience.MEMBER, row.assignee_id, by, reason)
    if row.contact_id is not None:
        _tell(journal, row.id, Audience.CONTACT, row.contact_id, None, reason)


def _is_staff(reader: Reader, organization_id: int, member_id: bytes) -> bool:
    member = members.by_id(reader, organization_id, member_id)
    return member is not None and member.role == Role.STAFF


def _tell(
    journal: Journal,
    conversation_id: bytes,
    audience: Audience,
    who: bytes | None,
    by: dict[str, str] | None,
    reason: str,
) -> None:
    journal.add(
        "conversation.revoked",
        "conversation",
        conversation_id,
        audience,
        conversation_id=conversation_id,
        audience_id=who,
        detail=json.dumps({"reason": reason, "by": by}, ensure_ascii=False),
    )
