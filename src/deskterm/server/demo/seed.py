"""Filling an empty database with the demo, in one transaction: all of it is there or nothing."""

from collections.abc import Callable, Iterable

from deskterm.protocol.ids import to_text
from deskterm.protocol.records import Role
from deskterm.protocol.wire.requests import CreateConversation, PatchConversation, SendMessage
from deskterm.protocol.wire.rooms import CreateGroup
from deskterm.server.demo import people, story
from deskterm.server.demo.backdated import Backdated
from deskterm.server.demo.kept import add_canned_replies
from deskterm.server.demo.people import Lead, Person
from deskterm.server.demo.story import Changes, Opens, Says, Step
from deskterm.server.desk.changes import do_patch
from deskterm.server.desk.creation import do_create
from deskterm.server.desk.messages import do_send
from deskterm.server.desk.reads import do_read
from deskterm.server.desk.rooms import do_create_room
from deskterm.server.principal import Principal
from deskterm.server.storage import organizations
from deskterm.server.storage.database import Database, Tx
from deskterm.server.storage.personas import PersonaRow

#: The organizations and their people are this old.
_FOUNDED_AGO = 30 * 24 * 60
_ROOM_AGO = 26 * 60
_KEPT_AGO = 25 * 24 * 60
_ROOM = "Main Community"
_ROOM_ABOUT = "For everybody here: questions, ideas, and what others made of them."
_ROOM_WELCOME = "Welcome to the Main Community! Say hello, ask anything, help each other. 👋"


async def seed_demo(database: Database, *, base: int, hash_password: Callable[[str], str]) -> bool:
    """Fill an empty database; answers False and changes nothing where an organization is there already.

    `base` is the demo's present in milliseconds: its conversations took place in the days before.
    """
    if database.read(organizations.count):
        return False
    hashes = {password: hash_password(password) for password in people.PASSWORDS}
    return await database.write(lambda tx: _seed(tx, base, hashes))


def _seed(tx: Tx, base: int, hashes: dict[str, str]) -> bool:
    if organizations.count(tx):
        return False
    past = Backdated(tx, base)
    cast = _seed_designpi(past, hashes)
    _seed_northwind(past, hashes)
    past.advance_to(_KEPT_AGO)
    add_canned_replies(past, cast[people.DANA], cast[people.SARAH])
    return True


def _seed_designpi(past: Backdated, hashes: dict[str, str]) -> "_Cast":
    past.advance_to(_FOUNDED_AGO)
    organization = people.DESIGNPI_ID
    key = people.add_organization(past, organization, "designpi", "designpi")
    cast = _Cast()
    for person in people.PEOPLE:
        cast.add(person, people.add_person(past, key, organization, person, hashes))
    for lead in people.LEADS:
        cast.add(lead, people.add_lead(past, key, organization, lead))
    for name, row, operators in _personas(past):
        cast.personas[name] = people.add_persona(past, key, row, [cast[each] for each in operators])
    cast.play(past, story.DESIGNPI)
    _add_room(past, cast, [cast[each] for each in people.PEOPLE])
    return cast


def _seed_northwind(past: Backdated, hashes: dict[str, str]) -> None:
    past.advance_to(_FOUNDED_AGO)
    organization = people.NORTHWIND_ID
    key = people.add_organization(past, organization, "northwind", "Northwind")
    cast = _Cast()
    for person in (people.NORA, people.OSCAR):
        cast.add(person, people.add_person(past, key, organization, person, hashes))
    support = PersonaRow(past.ids.new_bytes(), "Northwind Support", None, "NS", "#3aa675", 0, 1)
    people.add_persona(past, key, support, [cast[people.NORA]])
    cast.play(past, story.NORTHWIND)


def _personas(past: Backdated) -> list[tuple[str, PersonaRow, tuple[Person, ...]]]:
    def row(name: str, title: str, initials: str, color: str, *, is_open: bool) -> PersonaRow:
        return PersonaRow(past.ids.new_bytes(), name, title, initials, color, int(is_open), int(not is_open))

    everybody = (people.DANA, people.SARAH, people.MIKE)
    return [
        ("Support", row("Support", "Customer support", "SU", "#4f8cff", is_open=False), everybody),
        ("Mia", row("Mia", "Community guide", "MI", "#e0719e", is_open=True), (people.SARAH,)),
        ("Billing", row("Billing", "Invoices and payments", "BI", "#d9a441", is_open=True), (people.MIKE,)),
    ]


class _Cast:
    """The people of one organization, and the conversation of each who wrote in."""

    def __init__(self) -> None:
        self._principals: dict[Person | Lead, Principal] = {}
        self._conversations: dict[Person | Lead, bytes] = {}
        self.personas: dict[str, bytes] = {}

    def add(self, who: Person | Lead, principal: Principal) -> None:
        self._principals[who] = principal

    def __getitem__(self, who: Person | Lead) -> Principal:
        return self._principals[who]

    def play(self, past: Backdated, steps: Iterable[Step]) -> None:
        """Let everything happen in order, each at its time."""
        for step in steps:
            past.advance_to(step.ago)
            if isinstance(step, Opens):
                self._open(past, step)
            elif isinstance(step, Says):
                self._say(past, step)
            else:
                self._change(past, step)

    def _open(self, past: Backdated, step: Opens) -> None:
        command = CreateConversation(subject=step.subject, body=step.body, message_id=past.ids.new())
        self._conversations[step.who] = do_create(past, self[step.who], command).conversation_id

    def _say(self, past: Backdated, step: Says) -> None:
        if step.who == step.to:  # whoever answers has read what was written
            who = self[step.who]
            do_read(past, who, self._conversations[step.to], past.head(who.organization_id))
        persona = None if step.persona is None else to_text(self.personas[step.persona])
        command = SendMessage(
            id=past.ids.new(), body=step.body, visibility=step.visibility, persona_id=persona
        )
        do_send(past, self[step.who], self._conversations[step.to], command)

    def _change(self, past: Backdated, step: Changes) -> None:
        patch = dict(step.patch)
        if step.assignee is not None:
            member = self[step.assignee].member_id
            patch["assignee_id"] = None if member is None else to_text(member)
        do_patch(past, self[step.who], self._conversations[step.to], PatchConversation(**patch))


def _add_room(past: Backdated, cast: _Cast, everybody: list[Principal]) -> None:
    """The community's room with everybody in it and a first message."""
    past.advance_to(_ROOM_AGO)
    admin = next(each for each in everybody if each.role is Role.ADMIN)
    room = do_create_room(past, admin, CreateGroup(name=_ROOM, description=_ROOM_ABOUT)).id
    do_send(past, admin, room, SendMessage(id=past.ids.new(), body=_ROOM_WELCOME))
