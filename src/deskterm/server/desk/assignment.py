"""Who works a conversation: deciding whether it may change hands, and everything that then happens.

Changing hands changes who sees the conversation. Whoever loses it is told by a `conversation.revoked` without
content, whoever gains it by a `conversation.granted`; who those are depends on the setting `staff_sees`.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Kind, Role
from deskterm.server import policy
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.conversations import settings_of
from deskterm.server.desk.journal import Journal
from deskterm.server.errors import Conflict, Forbidden, Invalid, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import assignments, audit, members, waiting
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.members import MemberRow


class Giver(NamedTuple):
    """Who has a conversation change hands."""

    member_id: bytes | None
    name: str


#: The desk itself: routing, and what time brings.
THE_DESK = Giver(None, "")


def giver(principal: Principal) -> Giver:
    """A person who has it change hands."""
    return Giver(principal.member_id, principal.name)


def check_assignment(
    reader: Reader, principal: Principal, row: ConversationRow, wanted: bytes | None
) -> MemberRow | None:
    """The member who is to get the conversation (None = nobody), if all that is allowed.

    Raises `Forbidden` for what staff may not do, `Conflict` where nobody is ever assigned, `NotFound` for an
    unknown member and `Invalid` for one who cannot answer.
    """
    if not policy.may_assign(principal, settings_of(row), row.assignee_id, wanted):
        raise Forbidden("Only admins assign conversations to others.")
    if row.kind != Kind.SUPPORT:
        raise Conflict("Only support conversations have an assignee.")
    return None if wanted is None else access_assignable(reader, principal.organization_id, wanted)


def access_assignable(reader: Reader, organization_id: int, member_id: bytes) -> MemberRow:
    """An enabled admin or staff member, or `NotFound` or `Invalid`."""
    member = members.by_id(reader, organization_id, member_id)
    if member is None:
        raise NotFound()
    if not is_assignable(member):
        raise Invalid([mistake("must be an enabled admin or staff member", "body", "assignee_id")])
    return member


def is_assignable(member: MemberRow) -> bool:
    """Whether the member can work conversations."""
    return member.disabled_at is None and member.role != Role.CUSTOMER


def assign(
    tx: Tx,
    journal: Journal,
    by: Giver,
    organization_id: int,
    row: ConversationRow,
    member: MemberRow | None,
    *,
    reason: str,
    explanation: str | None = None,
) -> dict[str, Any]:
    """Record that the conversation changes hands; answers the columns to write.

    `reason` is the history's: `manual`, `auto`, `bulk`, `first_reply` or `returned`.
    """
    wanted = None if member is None else member.id
    line = " ".join(filter(None, (_line(by, member), explanation)))
    add_line(tx, journal, organization_id, row.id, line, public=False)
    record_assignment(
        tx,
        journal,
        organization_id,
        row.id,
        wanted,
        before=row.assignee_id,
        by=by.member_id,
        reason=reason,
        explanation=explanation,
    )
    joined = None if wanted is None else waiting.first_reply_of(tx, organization_id, row.id, wanted)
    return {"assignee_id": wanted, "agent_joined_at": joined}


def record_assignment(
    tx: Tx,
    journal: Journal,
    organization_id: int,
    conversation_id: bytes,
    assignee_id: bytes | None,
    *,
    by: bytes | None,
    reason: str,
    before: bytes | None = None,
    explanation: str | None = None,
) -> None:
    """Add an entry to the conversation's history and to the audit."""
    assignment_id = tx.ids.new_bytes()
    journal.add(
        "assignment.created",
        "assignment",
        assignment_id,
        Audience.AGENTS_OF_CONVERSATION,
        conversation_id=conversation_id,
        write=lambda seq: assignments.insert(
            tx,
            organization_id,
            assignment_id=assignment_id,
            conversation_id=conversation_id,
            assignee_id=assignee_id,
            assigned_by=by,
            reason=reason,
            explanation=explanation,
            seq=seq,
        ),
    )
    audit.write(
        tx,
        organization_id,
        "conversation.assigned",
        actor_id=by,
        entity="conversation",
        entity_id=conversation_id,
        detail={"from": _text(before), "to": _text(assignee_id), "reason": reason},
    )


def tell_losers_and_gainers(
    reader: Reader,
    journal: Journal,
    by: Giver,
    organization_id: int,
    row: ConversationRow,
    member: MemberRow | None,
) -> None:
    """Tell those whose sight of the conversation changes; last, since it voids what came before for them."""
    sees = settings_of(row).staff_sees
    if sees == "all":
        return
    wanted = None if member is None else member.id
    detail = json.dumps(_cause(by, wanted), ensure_ascii=False)
    queue = sees == "unassigned"
    if member is not None and member.role == Role.STAFF and not (queue and row.assignee_id is None):
        _tell(journal, "granted", row.id, Audience.MEMBER, member.id, detail)
    if wanted is None and queue:
        _tell(journal, "granted", row.id, Audience.STAFF_EXCEPT, row.assignee_id, detail)
    elif row.assignee_id is None and queue:
        _tell(journal, "revoked", row.id, Audience.STAFF_EXCEPT, wanted, detail)
    elif row.assignee_id is not None and _is_staff(reader, organization_id, row.assignee_id):
        _tell(journal, "revoked", row.id, Audience.MEMBER, row.assignee_id, detail)


def _tell(
    journal: Journal, what: str, conversation_id: bytes, audience: Audience, who: bytes | None, detail: str
) -> None:
    journal.add(
        f"conversation.{what}",
        "conversation",
        conversation_id,
        audience,
        conversation_id=conversation_id,
        audience_id=who,
        detail=detail,
    )


def _is_staff(reader: Reader, organization_id: int, member_id: bytes) -> bool:
    member = members.by_id(reader, organization_id, member_id)
    return member is not None and member.role == Role.STAFF


def _cause(by: Giver, wanted: bytes | None) -> Mapping[str, Any]:
    reason = "reassigned"
    if wanted is None:
        reason = "returned"
    elif wanted == by.member_id:
        reason = "claimed"
    who = None if by.member_id is None else {"id": to_text(by.member_id), "name": by.name}
    return {"reason": reason, "by": who}


def _line(by: Giver, member: MemberRow | None) -> str:
    if by.member_id is None:
        return "Returned to the queue." if member is None else f"Assigned to {member.name}."
    if member is None:
        return f"{by.name} returned this conversation to the queue."
    if member.id == by.member_id:
        return f"{by.name} took this conversation."
    return f"{by.name} assigned this conversation to {member.name}."


def _text(member_id: bytes | None) -> str | None:
    return None if member_id is None else to_text(member_id)
