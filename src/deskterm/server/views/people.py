"""People and the organization as JSON-ready dictionaries, each for the eyes that read it."""

import json
from collections.abc import Callable
from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Presence
from deskterm.server.desk.personas import SeenPersona
from deskterm.server.storage import accounts, contacts, members, organizations
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Reader
from deskterm.server.storage.members import MemberRow
from deskterm.server.storage.organizations import OrganizationRow
from deskterm.server.storage.personas import PersonaRow
from deskterm.server.storage.sessions import DeviceRow
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer, nobody_is_there

ONLINE_TEXT = "Support is online"
OFFLINE_TEXT = "Support is away and will answer as soon as somebody is back"


def member(viewer: Viewer, row: MemberRow) -> dict[str, Any]:
    """A colleague; e-mail and maximum are for admins."""
    shown: dict[str, Any] = {
        "id": to_text(row.id),
        "name": row.name,
        "role": row.role,
        "presence": viewer.presence(row.id),
        "disabled": row.disabled_at is not None,
        "rev": row.rev,
    }
    if viewer.principal.is_admin:
        shown |= {"email": row.email, "max_concurrent": row.max_concurrent}
    return shown


def contact_name(row: ContactRow) -> str | None:
    """As agents read it: visitors who have not said theirs have a number."""
    return row.name or (f"Visitor {row.visitor_number}" if row.visitor_number else None)


def contact(row: ContactRow) -> dict[str, Any]:
    """Whoever writes in, as every conversation carries it."""
    return {
        "id": to_text(row.id),
        "kind": row.kind,
        "lead_status": row.lead_status,
        "name": contact_name(row),
        "email": row.email,
        "phone": row.phone,
        "company": row.company,
        "last_seen_at": rfc3339(row.last_seen_at) if row.last_seen_at else None,
    }


def contact_detail(row: ContactRow) -> dict[str, Any]:
    """A contact by itself."""
    return {
        **contact(row),
        "metadata": json.loads(row.metadata),
        "registered": row.user_id is not None,
        "merged_into": None if row.merged_into is None else to_text(row.merged_into),
        "rev": row.rev,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def persona(row: PersonaRow) -> dict[str, Any]:
    """A persona as everybody reads it."""
    return {
        "id": to_text(row.id),
        "name": row.name,
        "title": row.title,
        "initials": row.initials,
        "color": row.color,
        "open": bool(row.open),
        "support": bool(row.support),
    }


def seen_persona(
    seen: SeenPersona, presence: Callable[[bytes], Presence] = nobody_is_there
) -> dict[str, Any]:
    """A persona with the operators that the reader may know, or whether one of them is there."""
    shown = persona(seen.row)
    if seen.operators is None:
        shown["online"] = any(presence(each) is Presence.ONLINE for each in seen.answering)
    else:
        shown["operator_ids"] = [to_text(each) for each in seen.operators]
    return shown


def organization(reader: Reader, viewer: Viewer, row: OrganizationRow) -> dict[str, Any]:
    """The organization: settings for agents, a welcome for contacts."""
    settings = organizations.parse_settings(row.settings)
    if viewer.principal.is_agent:
        return {
            "id": to_text(row.id),
            "slug": row.slug,
            "name": row.name,
            "logo": row.logo,
            "settings": settings.as_json(),
            "rev": row.rev,
        }
    online = is_online(reader, row.key, viewer.presence)
    return {
        "name": row.name,
        "logo": row.logo,
        "welcome": settings.welcome,
        "support": {"online": online, "text": ONLINE_TEXT if online else OFFLINE_TEXT},
    }


def is_online(reader: Reader, organization_id: int, presence: Callable[[bytes], Presence]) -> bool:
    """Whether somebody who may answer is there."""
    return any(presence(each) is Presence.ONLINE for each in members.enabled_agents(reader, organization_id))


def me(reader: Reader, viewer: Viewer) -> dict[str, Any]:
    """Who is signed in, with everything the first screen needs to know."""
    principal = viewer.principal
    own = organizations.by_key(reader, principal.organization_id)
    if own is None:
        raise LookupError("a principal has an organization")
    return {
        "user": _user(reader, principal.user_id),
        "member": _own_member(reader, viewer),
        "organization": organization(reader, viewer, own),
        "contact": _own_contact(reader, principal.organization_id, principal.contact_id),
    }


def device(row: DeviceRow, current: bytes) -> dict[str, Any]:
    """One of one's own sessions."""
    return {
        "id": to_text(row.id),
        "current": row.id == current,
        "ip": row.ip,
        "user_agent": row.user_agent,
        "created_at": rfc3339(row.created_at),
        "last_used_at": rfc3339(row.last_used_at),
        "expires_at": rfc3339(row.expires_at),
    }


def _user(reader: Reader, user_id: bytes | None) -> dict[str, Any] | None:
    account = accounts.by_id(reader, user_id) if user_id else None
    if account is None:
        return None
    return {
        "id": to_text(account.id),
        "name": account.name,
        "email": account.email,
        "phone": account.phone,
    }


def _own_member(reader: Reader, viewer: Viewer) -> dict[str, Any] | None:
    principal = viewer.principal
    if principal.member_id is None:
        return None
    row = members.by_id(reader, principal.organization_id, principal.member_id)
    if row is None:
        return None
    return {
        "id": to_text(row.id),
        "role": row.role,
        "presence": viewer.presence(row.id),
        "away": bool(row.away),
        "max_concurrent": row.max_concurrent,
        "rev": row.rev,
    }


def _own_contact(reader: Reader, organization_id: int, contact_id: bytes | None) -> dict[str, Any] | None:
    row = contacts.by_id(reader, organization_id, contact_id) if contact_id else None
    return contact(row) if row else None
