"""Direct conversations: between two people, or between a person and a persona; one for each two.

Whoever opens one names the other by what they are shown of them: a persona, a contact, or a member. Who may
not be met does not exist. Nothing archives them; those with a retired persona can only be read.
"""

from typing import Any, NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import Kind, Role, Source
from deskterm.protocol.wire.direct_messages import OpenDirectMessage
from deskterm.server import policy
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.creation import Created
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.personas import access_persona
from deskterm.server.errors import Forbidden, Invalid, LimitReached, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts, conversations, directs, members, organizations, participants
from deskterm.server.storage import personas as stored_personas
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.directs import End, pair_key
from deskterm.server.storage.members import MemberRow

#: In how many of them one person takes part at most under their own name.
MOST = 20


class _Pair(NamedTuple):
    """Who is to meet; `columns` are what the conversation knows of them."""

    one: End
    other: End
    columns: dict[str, Any]


def do_open_direct(tx: Tx, principal: Principal, command: OpenDirectMessage) -> Created:
    """The conversation of the two, made if there is none.

    Raises `Invalid` for oneself, `NotFound` for who is not there to be met, `Forbidden` for a persona that
    one may not write as, `LimitReached`.
    """
    pair = _pair(tx, principal, command)
    found = directs.between(tx, principal.organization_id, pair.one, pair.other)
    if found is not None:
        return Created(access_conversation(tx, principal, found).id, made=False)
    for end in (pair.one, pair.other):
        if end.is_person and participants.count_direct(tx, principal.organization_id, end.id) >= MOST:
            raise LimitReached("Nobody takes part in more than {most} direct conversations.", most=MOST)
    return Created(_make(tx, principal, pair), made=True)


def _pair(reader: Reader, principal: Principal, command: OpenDirectMessage) -> _Pair:
    if command.persona_id is None:
        return _people(reader, principal, command)
    persona_id = to_bytes(command.persona_id)
    if command.contact_id is not None:
        return _as_persona(reader, principal, persona_id, to_bytes(command.contact_id))
    persona = stored_personas.by_id(reader, principal.organization_id, persona_id)
    if persona is None or not persona.open:
        raise NotFound()
    operators = stored_personas.operators(reader, principal.organization_id).get(persona_id, [])
    if principal.is_agent and principal.member_id in operators:
        raise Invalid([mistake("is operated by yourself", "body", "persona_id")])
    columns = {"persona_id": persona_id, "contact_id": None if principal.is_agent else principal.contact_id}
    return _Pair(_self(principal), End("persona", persona_id), columns)


def _as_persona(reader: Reader, principal: Principal, persona_id: bytes, contact_id: bytes) -> _Pair:
    """An agent writes to a contact as a persona."""
    if not principal.is_agent:
        raise Forbidden("Only agents speak as a persona.")
    persona = access_persona(reader, principal, persona_id)
    if not persona.open:
        raise Forbidden("This persona is not open for direct messages.")
    contact = _contact(reader, principal, contact_id)
    columns = {"persona_id": persona_id, "contact_id": contact.id}
    return _Pair(End("persona", persona_id), End("contact", contact.id), columns)


def _people(reader: Reader, principal: Principal, command: OpenDirectMessage) -> _Pair:
    """Two people under their own names. A conversation of an agent with a contact is that contact's."""
    me = _self(principal)
    if command.member_id is not None:
        other = _by_member(reader, principal, to_bytes(command.member_id))
    else:
        other = _end_of(reader, principal, _contact(reader, principal, to_bytes(command.contact_id or "")))
    if other in (me, End("contact", principal.contact_id or b"")):
        raise Invalid([mistake("is yourself", "body", "member_id" if command.member_id else "contact_id")])
    kinds = {me.kind: me.id, other.kind: other.id}
    columns = {"persona_id": None, "contact_id": kinds.get("contact") if len(kinds) == 2 else None}
    return _Pair(me, other, columns)


def _by_member(reader: Reader, principal: Principal, member_id: bytes) -> End:
    member = members.by_id(reader, principal.organization_id, member_id)
    if member is None or member.disabled_at is not None:
        raise NotFound()
    if member.role == Role.CUSTOMER:
        contact = contacts.by_user(reader, principal.organization_id, member.user_id)
        if contact is None:
            raise NotFound()
        return End("contact", _contact(reader, principal, contact.id).id)
    _check_meets_agent(reader, principal, member)
    return End("member", member.id)


def _end_of(reader: Reader, principal: Principal, contact: ContactRow) -> End:
    """A contact; one that is an agent's own stands for the agent."""
    member = _member_of(reader, principal.organization_id, contact)
    if member is None or member.role == Role.CUSTOMER:
        return End("contact", contact.id)
    _check_meets_agent(reader, principal, member)
    return End("member", member.id)


def _check_meets_agent(reader: Reader, principal: Principal, member: MemberRow) -> None:
    voice = organizations.settings(reader, principal.organization_id).voice
    if member.disabled_at is not None or not policy.may_meet(
        principal, "agent", acquainted=False, voice=voice
    ):
        raise NotFound()


def _contact(reader: Reader, principal: Principal, contact_id: bytes) -> ContactRow:
    """A contact whom the principal may meet, or `NotFound`."""
    organization_id = principal.organization_id
    contact = contacts.by_id(reader, organization_id, contact_id)
    settings = organizations.settings(reader, organization_id)
    if contact is None:
        raise NotFound()
    member = _member_of(reader, organization_id, contact)
    acquainted = contact.id == principal.contact_id
    if not acquainted and member is not None and principal.member_id is not None:
        acquainted = participants.share_room(reader, organization_id, principal.member_id, member.id)
    if not acquainted and principal.is_agent:
        sight = policy.sees_contact(principal, settings.staff_sees)
        acquainted = contacts.is_seen(reader, organization_id, contact.id, sight)
    gone = member is not None and member.disabled_at is not None
    if gone or not policy.may_meet(principal, "contact", acquainted=acquainted, voice=settings.voice):
        raise NotFound()
    return contact


def _member_of(reader: Reader, organization_id: int, contact: ContactRow) -> MemberRow | None:
    return None if contact.user_id is None else members.by_user(reader, organization_id, contact.user_id)


def _self(principal: Principal) -> End:
    return End("member" if principal.is_agent else "contact", principal.actor_id)


def _make(tx: Tx, principal: Principal, pair: _Pair) -> bytes:
    organization_id, conversation_id = principal.organization_id, tx.ids.new_bytes()
    journal = Journal(tx, organization_id, principal.actor_id)
    journal.add(
        "conversation.created",
        "conversation",
        conversation_id,
        Audience.CONVERSATION,
        conversation_id=conversation_id,
    )

    def write(rev: int) -> None:
        columns = {
            "id": conversation_id,
            "number": conversations.next_number(tx, organization_id),
            "kind": Kind.DIRECT.value,
            "source": Source.CONSOLE.value,
            "pair_key": pair_key(pair.one, pair.other),
            **pair.columns,
            "rev": rev,
            "public_rev": rev,
            "created_at": tx.now,
            "updated_at": tx.now,
            "public_updated_at": tx.now,
        }
        conversations.insert(tx, organization_id, columns)
        for end in (pair.one, pair.other):
            participants.add(tx, organization_id, conversation_id, end.kind, end.id)

    journal.close(write)
    return conversation_id
