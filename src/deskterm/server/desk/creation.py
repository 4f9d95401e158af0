"""New support conversations, opened by agents and by contacts."""

import json
from typing import Any, NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import AuthorKind, ContactKind, MessageKind, Role, Source, Visibility
from deskterm.protocol.wire.requests import CreateConversation
from deskterm.server import policy
from deskterm.server.desk import contact_messages
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.assignment import access_assignable
from deskterm.server.desk.conversations import access_conversation, is_visible
from deskterm.server.desk.drafted import Drafted, add_message, is_author
from deskterm.server.desk.escalation import by_priority, line_of
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.opening import SOURCES, Opening, announce, plan_opening, taken_over, write_opening
from deskterm.server.desk.visited import visited
from deskterm.server.errors import Forbidden, IdReused, Invalid, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import (
    contacts,
    conversation_views,
    conversations,
    message_edits,
    messages,
    organizations,
)
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.messages import NewMessage

#: Where `metadata` says that an admin opened it; only the server writes it.
ADMIN_MARK = "admin_triggered"
_FOR_CONTACTS = frozenset({"subject", "body", "message_id"})


class Created(NamedTuple):
    """The conversation asked for, and whether it was made just now."""

    conversation_id: bytes
    made: bool

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return 201 if self.made else 200


def do_create(tx: Tx, principal: Principal, command: CreateConversation) -> Created:
    """Open a support conversation, closing the contact's active one.

    A repeated `message_id` answers what it made. Raises `Invalid`, `IdReused`, `Forbidden`, `NotFound`.
    """
    _check_alone(principal, command)
    message_id = tx.ids.new_bytes() if command.message_id is None else to_bytes(command.message_id)
    before = _made_before(tx, principal, message_id, command) if command.message_id else None
    if before is not None:  # shown only to who still sees it: the message alone is theirs for good
        return Created(access_conversation(tx, principal, before).id, made=False)
    draft = None if command.body is None else Drafted(message_id, command.body, MessageKind.TEXT)
    if not principal.is_agent:
        return _create_as_contact(tx, principal, command, draft)
    return _create_as_agent(tx, principal, command, draft)


def _check_alone(principal: Principal, command: CreateConversation) -> None:
    if not principal.is_agent:
        foreign = sorted(command.model_fields_set - _FOR_CONTACTS)
        if foreign:
            raise Invalid([mistake("is for agents only", "body", name) for name in foreign])
    if command.message_id is not None and command.body is None:
        raise Invalid([mistake("goes with message_id", "body", "body")])


def _made_before(
    reader: Reader, principal: Principal, message_id: bytes, command: CreateConversation
) -> bytes | None:
    row = messages.by_id(reader, principal.organization_id, message_id)
    if row is None:
        return None
    same = (
        is_author(principal, row)
        and row.kind == MessageKind.TEXT
        and row.visibility == Visibility.PUBLIC
        and row.persona_id is None
        and message_edits.body_as_sent(reader, principal.organization_id, row) == command.body
    )
    if not same:
        raise IdReused()
    return row.conversation_id


def _create_as_contact(
    tx: Tx, principal: Principal, command: CreateConversation, draft: Drafted | None
) -> Created:
    contact = contact_messages.contact_of(tx, principal, principal.contact_id)
    active = conversations.active_of(tx, principal.organization_id, contact.id)
    values = {} if active is None else taken_over(tx, principal.organization_id, active)
    values |= visited(tx, principal) | {"subject": command.subject}
    return open_conversation(tx, principal, contact, active, draft, SOURCES[contact.kind], values)


def _create_as_agent(
    tx: Tx, principal: Principal, command: CreateConversation, draft: Drafted | None
) -> Created:
    organization_id = principal.organization_id
    contact = _access_contact(tx, principal, command)
    active = None if contact is None else conversations.active_of(tx, organization_id, contact.id)
    own = contact is None or contact.user_id == principal.user_id
    if active is not None and not own and not is_visible(principal, active):
        raise NotFound()
    values = {} if active is None else taken_over(tx, organization_id, active)
    values |= _asked_for(tx, principal, command, values.get("assignee_id"))
    if command.priority is not None:
        settings = organizations.settings(tx, organization_id)
        values |= by_priority(settings, 0, command.priority.rank, tx.now)
    if contact is None:
        contact = _make_own_contact(tx, principal)
    metadata = {name: value for name, value in (command.metadata or {}).items() if name != ADMIN_MARK}
    if principal.is_admin:
        metadata[ADMIN_MARK] = True
    values |= {"subject": command.subject, "metadata": json.dumps(metadata, ensure_ascii=False)}
    return open_conversation(tx, principal, contact, active, draft, Source.CONSOLE, values)


def _access_contact(reader: Reader, principal: Principal, command: CreateConversation) -> ContactRow | None:
    """The contact asked for, else the agent's own (None = still to be made); `NotFound` for unseen ones."""
    organization_id = principal.organization_id
    if command.contact_id is None:
        if principal.user_id is None:
            raise Invalid([mistake("is needed", "body", "contact_id")])
        return contacts.by_user(reader, organization_id, principal.user_id)
    contact = contacts.by_id(reader, organization_id, to_bytes(command.contact_id))
    if contact is None:
        raise NotFound()
    if principal.is_admin or contact.user_id == principal.user_id:
        return contact
    sight = policy.sees_contact(principal, organizations.settings(reader, organization_id).staff_sees)
    if not contacts.is_seen(reader, organization_id, contact.id, sight):
        raise NotFound()
    return contact


def _asked_for(
    reader: Reader, principal: Principal, command: CreateConversation, inherited: bytes | None
) -> dict[str, Any]:
    """The fields the agent names; without an assignee, staff work what they open themselves."""
    asked: dict[str, Any] = {}
    if command.priority is not None:
        asked["priority"] = command.priority.rank
    if command.assignee_id is not None:
        wanted = to_bytes(command.assignee_id)
        settings = organizations.settings(reader, principal.organization_id)
        if wanted != inherited and not policy.may_assign(principal, settings, inherited, wanted):
            raise Forbidden("Only admins assign conversations to others.")
        asked["assignee_id"] = access_assignable(reader, principal.organization_id, wanted).id
    elif inherited is None and principal.role is Role.STAFF:
        asked["assignee_id"] = principal.member_id
    return asked


def _make_own_contact(tx: Tx, principal: Principal) -> ContactRow:
    contact_id = tx.ids.new_bytes()
    contacts.insert(
        tx,
        principal.organization_id,
        contact_id=contact_id,
        kind=ContactKind.CUSTOMER,
        user_id=principal.user_id,
        name=principal.name,
        email=principal.email,
    )
    return contact_messages.contact_of(tx, principal, contact_id)


def open_conversation(
    tx: Tx,
    principal: Principal,
    contact: ContactRow,
    previous: ConversationRow | None,
    draft: Drafted | None,
    source: Source,
    values: dict[str, Any],
) -> Created:
    """Make a conversation of the contact after `previous`, with its first message if there is one."""
    opening = plan_opening(tx, contact.id, source, previous, **values)
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    inherited = previous is not None and values.get("assignee_id") == previous.assignee_id
    announce(tx, journal, principal, opening, "auto" if inherited else "manual")
    if values.get("escalated"):
        add_line(tx, journal, principal.organization_id, opening.id, line_of(values), public=False)
    if draft is None:
        journal.close(lambda last: write_opening(tx, principal, opening, last))
    elif principal.is_agent:
        _send_first_as_agent(tx, journal, principal, opening, draft)
    else:
        settings = organizations.settings(tx, principal.organization_id)
        contact_messages.send_first(tx, journal, principal, opening, draft, settings)
    return Created(opening.id, made=True)


def _send_first_as_agent(
    tx: Tx, journal: Journal, principal: Principal, opening: Opening, draft: Drafted
) -> None:
    settings, support_persona_id = conversation_views.voice(tx, principal.organization_id)
    by_persona = organizations.parse_settings(settings).voice == "persona"
    message = NewMessage(
        id=draft.id,
        conversation_id=opening.id,
        author_kind=AuthorKind.AGENT,
        author_id=principal.member_id,
        persona_id=None,
        voice_persona_id=support_persona_id if by_persona else None,
        kind=draft.kind,
        visibility=Visibility.PUBLIC,
        body=draft.body,
    )
    add_message(tx, journal, principal, message, ())
    joined = opening.values.get("assignee_id") == principal.member_id

    def write(last: int) -> None:
        opening.values.update(contact_messages.effects_of_order(draft, tx.now, last))
        opening.values.update({"contact_unread": 1, "first_reply_at": tx.now, "agent_read_seq": last})
        opening.values["agent_joined_at"] = tx.now if joined else None
        write_opening(tx, principal, opening, last)

    journal.close(write)
