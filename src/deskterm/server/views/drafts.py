"""Drafts as their author reads them."""

import json
from collections.abc import Mapping
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Visibility
from deskterm.server.principal import Principal
from deskterm.server.storage.drafts import DraftRow
from deskterm.server.views.times import rfc3339
from deskterm.text.placeholders import kept


def render(principal: Principal, conversation_id: bytes, found: Mapping[str, DraftRow]) -> dict[str, Any]:
    """The author's drafts in one conversation; contacts have no notes."""
    shown: dict[str, Any] = {
        "conversation_id": to_text(conversation_id),
        "reply": _draft(found.get(Visibility.PUBLIC)),
    }
    if principal.is_agent:
        shown["note"] = _draft(found.get(Visibility.INTERNAL))
    return shown


def _draft(row: DraftRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "body": row.body,
        "blanks": dict(kept(json.loads(row.blanks))),
        "rev": row.rev,
        "updated_at": rfc3339(row.updated_at),
    }
