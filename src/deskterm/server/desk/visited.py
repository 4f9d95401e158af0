"""Where a visitor is, for the agents who answer: page, referrer, what the website and the browser say."""

import json
from typing import Any

from deskterm.protocol.wire.requests import Metadata
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts, sessions
from deskterm.server.storage.database import Reader


def visited(reader: Reader, principal: Principal) -> dict[str, Any]:
    """The columns that a visitor's new conversation begins with; none for anybody else."""
    if principal.role is not None or principal.contact_id is None:
        return {}
    place = sessions.place(reader, principal.organization_id, principal.session_id)
    contact = contacts.by_id(reader, principal.organization_id, principal.contact_id)
    if place is None or contact is None:
        return {}
    return columns(place, json.loads(contact.metadata))


def columns(place: sessions.PlaceRow, metadata: Metadata) -> dict[str, Any]:
    """The same of what is known; the browser's facts win over a website's words for them."""
    facts = {"user_agent": place.user_agent, "ip": place.ip}
    known = metadata | {name: value for name, value in facts.items() if value}
    return {
        "page_url": place.page_url,
        "referrer": place.referrer,
        "metadata": json.dumps(known, ensure_ascii=False),
    }
