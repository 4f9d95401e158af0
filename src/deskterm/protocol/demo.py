"""The people of the demo, fixed: who can sign in and with what. They exist in the demo only."""

from dataclasses import dataclass

from deskterm.protocol.records import Role

ORGANIZATION_SLUG = "designpi"
ORGANIZATION_ID = "00000000-0000-7000-8000-000000000001"


@dataclass(slots=True, frozen=True)
class DemoPerson:
    """Somebody to sign in as, and what to look at then."""

    email: str
    name: str
    role: Role
    password: str
    about: str
    organization: str = ORGANIZATION_SLUG


PEOPLE = (
    DemoPerson("sarah@designpi.com", "Sarah Johnson", Role.STAFF, "staff123", "answers customers all day"),
    DemoPerson("mike@designpi.com", "Mike Chen", Role.STAFF, "staff123", "her colleague"),
    DemoPerson("hello@designpi.com", "Dana Whitfield", Role.ADMIN, "admin123", "sees and assigns everything"),
    DemoPerson("john.doe@example.com", "John Doe", Role.CUSTOMER, "customer123", "is waiting for an answer"),
    DemoPerson("jane.smith@example.com", "Jane Smith", Role.CUSTOMER, "customer123", "another customer"),
    DemoPerson("bob.wilson@example.com", "Bob Wilson", Role.CUSTOMER, "customer123", "has not written yet"),
    DemoPerson(
        "admin@northwind.example",
        "Nora Lindqvist",
        Role.ADMIN,
        "admin123",
        "another organization",
        organization="northwind",
    ),
)


def person(email: str) -> DemoPerson | None:
    """The demo person with this e-mail, or None."""
    return next((each for each in PEOPLE if each.email == email.strip().lower()), None)
