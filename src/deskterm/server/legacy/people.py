"""Places users and fake users: customers with their contacts, agents who cannot sign in, personas."""

from deskterm.protocol.records import ContactKind, Role
from deskterm.server.legacy.place import SOMEBODY, Place
from deskterm.server.storage import accounts, contacts, members, personas
from deskterm.server.storage.another_time import AnotherTime
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.legacy_records import Persona, User
from deskterm.server.storage.personas import PersonaRow

_ELSEWHERE = "legacy.invalid"  # a domain that no mail reaches


def do_place_persona(tx: Tx, place: Place, persona: Persona) -> None:
    """Make a persona of a fake user, open for direct messages; one that was not active comes retired."""
    if place.made(tx, "persona", persona.key) is not None:
        return
    id_ = place.id_of("persona", persona.key)
    seq = tx.take_seq(place.key)
    row = PersonaRow(id_, persona.name, None, None, None, open=1, support=0)
    then = AnotherTime(tx, persona.at)
    personas.insert(then, place.key, row, rev=seq)
    if not persona.active:
        personas.retire(then, place.key, id_, seq)
    tx.record(place.key, seq, "persona.created", "persona", id_, Audience.EVERYONE)
    place.note(tx, "persona", persona.key, id_)


def do_place_customer(tx: Tx, place: Place, user: User) -> None:
    """Make a user a customer with a contact, or find the contact that they have here already."""
    if place.made(tx, "contact", user.key) is not None:
        return
    then, user_id = AnotherTime(tx, user.at), None
    if user.login and user.email is not None:
        user_id = _account(then, place, user, user.email)
        known = contacts.by_user(tx, place.key, user_id)
        if known is not None:
            place.note(tx, "contact", user.key, known.id)
            return
        if members.by_user(tx, place.key, user_id) is None:
            _add_member(then, place, user.key, user_id, Role.CUSTOMER)
    contact_id = place.id_of("contact", user.key)
    contacts.insert(
        then,
        place.key,
        contact_id=contact_id,
        kind=ContactKind.CUSTOMER.value,
        user_id=user_id,
        name=user.name,
        email=user.email,
        phone=user.phone,
        company=user.company,
    )
    place.note(tx, "contact", user.key, contact_id)


def do_place_agent(tx: Tx, place: Place, user: User) -> None:
    """Find the member here whose address an old agent has, or add one who is disabled."""
    if place.made(tx, "agent", user.key) is not None:
        return
    address = user.email or f"agent-{place.id_of('agent', user.key).hex()}@{_ELSEWHERE}"
    then = AnotherTime(tx, user.at)
    user_id = _account(then, place, user, address, entity="agent-account")
    known = members.by_user(tx, place.key, user_id)
    if known is not None:
        place.note(tx, "agent", user.key, known.id)
        return
    _add_member(then, place, user.key, user_id, Role.STAFF, entity="agent")


def somebody(at: int) -> User:
    """The agent for all whom the old tables do not name."""
    return User(SOMEBODY, "Support (imported)", None, None, None, agent=1, login=0, wanted=1, at=at)


def _account(then: Tx, place: Place, user: User, email: str, *, entity: str = "account") -> bytes:
    known = accounts.by_email(then, email)
    if known is not None:
        return known.id
    user_id = place.id_of(entity, user.key)
    accounts.insert(then, user_id=user_id, email=email, name=user.name, phone=user.phone, password_hash=None)
    place.note(then, entity, user.key, user_id)
    return user_id


def _add_member(
    then: Tx, place: Place, key: str, user_id: bytes, role: Role, *, entity: str = "member"
) -> None:
    member_id, seq = place.id_of(entity, key), then.take_seq(place.key)
    members.insert(then, place.key, member_id=member_id, user_id=user_id, role=role.value, rev=seq)
    row = members.by_id(then, place.key, member_id)
    if role is Role.STAFF and row is not None:
        members.update(then, place.key, row._replace(disabled_at=then.now))
    then.record(place.key, seq, "member.updated", "member", member_id, Audience.AGENTS)
    place.note(then, entity, key, member_id)
