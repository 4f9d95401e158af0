"""Invitations and password resets as JSON-ready dictionaries."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.server.storage.invitations import InvitationRow
from deskterm.server.storage.password_resets import ResetRow
from deskterm.server.views.times import rfc3339


def invitation(row: InvitationRow) -> dict[str, Any]:
    """Somebody who was asked to join, without the token."""
    by = None if row.invited_by is None else {"id": to_text(row.invited_by), "name": row.invited_by_name}
    return {
        "id": to_text(row.id),
        "email": row.email,
        "role": row.role,
        "max_concurrent": row.max_concurrent,
        "invited_by": by,
        "created_at": rfc3339(row.created_at),
        "expires_at": rfc3339(row.expires_at),
    }


def password_reset(row: ResetRow, token: str) -> dict[str, Any]:
    """What the admin hands over."""
    return {"token": token, "member_id": to_text(row.member_id), "expires_at": rfc3339(row.expires_at)}
