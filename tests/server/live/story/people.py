"""The people of one history: two organizations that were never there before, everybody signed in."""

from dataclasses import dataclass

from deskterm.protocol.ids import to_text
from deskterm.server.desk.organizations import do_add_person, do_found_organization
from deskterm.server.services import Services
from deskterm.server.storage.database import Tx
from tests.server.live.story.http import Http

PASSWORD = "secret-enough"
_ROLES = ("admin", "staff", "staff", "customer", "customer", "customer")


@dataclass
class Person:
    """Somebody of an organization, as the model knows them."""

    key: int  # of the organization
    email: str
    role: str
    member: str
    contact: str | None = None
    token: str | None = None
    disabled: bool = False

    @property
    def is_agent(self) -> bool:
        return self.role != "customer"

    @property
    def actor(self) -> str:
        """The id under which they act."""
        return self.member if self.is_agent else self.contact or ""


async def found(services: Services, http: Http, seed: str) -> list[list[Person]]:
    """Two organizations with an admin, two staff and three customers each."""
    password = services.passwords.hash_now(PASSWORD)

    def write(tx: Tx) -> list[list[Person]]:
        return [_organization(tx, f"{name}-{seed}", password) for name in ("north", "south")]

    organizations = await services.db.write(write)
    for each in (person for people in organizations for person in people):
        await sign_in(http, each)
    return organizations


async def sign_in(http: Http, who: Person) -> str:
    """A token; the person knows their contact then."""
    status, answer = await http.call("", "POST", "auth/login", {"email": who.email, "password": PASSWORD})
    assert status == 200, answer
    who.token = str(answer["token"])
    who.contact = (answer["me"]["contact"] or {}).get("id") or who.contact
    return who.token


def _organization(tx: Tx, slug: str, password: str) -> list[Person]:
    key = do_found_organization(tx, slug=slug, name=slug)
    people = []
    for number, role in enumerate(_ROLES):
        email = f"{role}{number}@{slug}.example"
        member = do_add_person(
            tx, key, email=email, name=f"{role.title()} {number}", role=role, password_hash=password
        )
        people.append(Person(key, email, role, to_text(member)))
    return people
