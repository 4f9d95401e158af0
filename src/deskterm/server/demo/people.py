"""Who is in the demo. Names, addresses and passwords are part of the contract (docs/protocol.md)."""

from typing import NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import Role
from deskterm.server.principal import Principal
from deskterm.server.storage import accounts, contacts, members, organizations, personas
from deskterm.server.storage.database import Tx
from deskterm.server.storage.personas import PersonaRow

ADMIN_PASSWORD = "admin123"
STAFF_PASSWORD = "staff123"
CUSTOMER_PASSWORD = "customer123"
PASSWORDS = (ADMIN_PASSWORD, STAFF_PASSWORD, CUSTOMER_PASSWORD)

DESIGNPI_ID = to_bytes("00000000-0000-7000-8000-000000000001")
NORTHWIND_ID = to_bytes("00000000-0000-7000-8000-000000000002")

_PASSWORD_OF = {Role.ADMIN: ADMIN_PASSWORD, Role.STAFF: STAFF_PASSWORD, Role.CUSTOMER: CUSTOMER_PASSWORD}


class Person(NamedTuple):
    """Somebody who signs in."""

    email: str
    name: str
    role: Role
    phone: str | None = None
    company: str | None = None


class Lead(NamedTuple):
    """Somebody who may become a customer."""

    email: str
    name: str
    status: str


DANA = Person("hello@designpi.com", "Dana Whitfield", Role.ADMIN)
SARAH = Person("sarah@designpi.com", "Sarah Johnson", Role.STAFF, "+1-555-0101")
MIKE = Person("mike@designpi.com", "Mike Chen", Role.STAFF, "+1-555-0102")
JOHN = Person("john.doe@example.com", "John Doe", Role.CUSTOMER, "+1-555-0201", "Acme Corporation")
JANE = Person("jane.smith@example.com", "Jane Smith", Role.CUSTOMER, "+1-555-0202", "Tech Solutions Inc")
BOB = Person("bob.wilson@example.com", "Bob Wilson", Role.CUSTOMER, "+1-555-0203", "Global Ventures LLC")
PEOPLE = (DANA, SARAH, MIKE, JOHN, JANE, BOB)

ALICE = Lead("alice.brown@startup.com", "Alice Brown", "new")
LEADS = (
    ALICE,
    Lead("david.lee@enterprise.com", "David Lee", "contacted"),
    Lead("emma.garcia@creative.io", "Emma Garcia", "qualified"),
)

NORA = Person("admin@northwind.example", "Nora Lindqvist", Role.ADMIN)
OSCAR = Person("customer@northwind.example", "Oscar Berg", Role.CUSTOMER, "+46-555-0301", "Fjord Outfitters")


def add_organization(tx: Tx, organization: bytes, slug: str, name: str) -> int:
    """An organization with a fixed id; answers its storage key."""
    return organizations.insert(tx, id=organization, slug=slug, name=name)


def add_person(tx: Tx, key: int, organization: bytes, person: Person, hashes: dict[str, str]) -> Principal:
    """A member with an account, customers also with their contact; answers who they are when signed in."""
    user_id, member_id = tx.ids.new_bytes(), tx.ids.new_bytes()
    contact_id = tx.ids.new_bytes() if person.role is Role.CUSTOMER else None
    accounts.insert(
        tx,
        user_id=user_id,
        email=person.email,
        name=person.name,
        phone=person.phone,
        password_hash=hashes[_PASSWORD_OF[person.role]],
    )
    members.insert(tx, key, member_id=member_id, user_id=user_id, role=person.role, rev=0)
    if contact_id is not None:
        contacts.insert(
            tx,
            key,
            contact_id=contact_id,
            kind="customer",
            user_id=user_id,
            name=person.name,
            email=person.email,
            phone=person.phone,
            company=person.company,
        )
    return Principal(
        key,
        organization,
        b"",
        person.role,
        person.name,
        user_id=user_id,
        member_id=member_id,
        contact_id=contact_id,
        email=person.email,
    )


def add_lead(tx: Tx, key: int, organization: bytes, lead: Lead) -> Principal:
    """A lead; answers the principal of their visits to the website."""
    contact_id = tx.ids.new_bytes()
    contacts.insert(
        tx, key, contact_id=contact_id, kind="lead", name=lead.name, email=lead.email, lead_status=lead.status
    )
    return Principal(key, organization, b"", None, lead.name, contact_id=contact_id, email=lead.email)


def add_persona(tx: Tx, key: int, row: PersonaRow, operators: list[Principal]) -> bytes:
    """A persona with the members who speak through it; answers its id."""
    personas.insert(tx, key, row)
    for operator in operators:
        if operator.member_id is not None:
            personas.add_operator(tx, key, row.id, operator.member_id)
    return row.id
