"""Looking at the desk as a customer: read only, with their eyes, and written down."""

from typing import Any

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import Role
from deskterm.protocol.wire.contacts import ViewQuery
from deskterm.protocol.wire.requests import ConversationQuery, MessageQuery
from deskterm.server.desk.contacts import access_present_contact, note
from deskterm.server.desk.listing import list_conversations
from deskterm.server.desk.threads import list_messages
from deskterm.server.principal import Principal
from deskterm.server.storage import members, organizations
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.views import conversations, messages, people
from deskterm.server.views.viewer import Viewer

KINDS = "support,personal,direct,group"


def do_view_as(tx: Tx, viewer: Viewer, contact_id: bytes, query: ViewQuery) -> dict[str, Any]:
    """What the contact reads now: everything is asked and shown as for themselves."""
    row = access_present_contact(tx, viewer.principal, contact_id)
    eyes = Viewer(_as_contact(tx, viewer.principal, row), viewer.presence)
    settings = organizations.settings(tx, viewer.principal.organization_id)
    kinds = KINDS if eyes.principal.role is Role.CUSTOMER else "support"
    found = list_conversations(tx, eyes.principal, settings, ConversationQuery(kind=kinds), tx.now)
    chosen = found.ids[0] if found.ids else None
    if query.conversation_id is not None:
        chosen = to_bytes(query.conversation_id)
    thread = [] if chosen is None else list_messages(tx, eyes, chosen, MessageQuery()).rows
    shown = None if chosen is None else to_text(chosen)
    note(tx, viewer.principal, "contact.viewed", row.id, conversation=shown)
    return {
        "contact": people.contact(row),
        "conversations": conversations.render(tx, eyes, found.ids),
        "conversation_id": shown,
        "messages": messages.render(tx, eyes, thread),
    }


def _as_contact(reader: Reader, principal: Principal, row: ContactRow) -> Principal:
    """Somebody with the contact's sight and nothing else, also where the contact is an agent's own."""
    organization = principal.organization_id
    member = None if row.user_id is None else members.by_user(reader, organization, row.user_id)
    is_customer = member is not None and member.role == Role.CUSTOMER
    return Principal(
        organization_id=organization,
        organization=principal.organization,
        session_id=principal.session_id,
        role=Role.CUSTOMER if is_customer else None,
        name=row.name or "Visitor",
        user_id=row.user_id,
        member_id=member.id if member is not None and is_customer else None,
        contact_id=row.id,
    )
