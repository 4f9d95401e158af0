"""Rooms, direct messages, personas and notifications in the small desks in memory, for pictures of them."""

from dataclasses import replace

from deskterm.protocol.records import (
    Author,
    AuthorKind,
    Conversation,
    Kind,
    MessageKind,
    Participant,
    Persona,
    Status,
)
from deskterm.protocol.rooms import Room, RoomMember
from tests.screens.customer import CustomerWorld
from tests.screens.world import CONTACTS, DANA, MIKE, NOW, SARAH, SUPPORT, World, ago, cid

MIA = Persona("p-mia", "Mia", "Community guide", "MI", "#e0719e", open=True, operator_ids=(SARAH.id,))
BILLING = Persona(
    "p-billing",
    "Billing",
    "Invoices and payments",
    "BI",
    "#d9a441",
    open=True,
    operator_ids=(DANA.id, MIKE.id),
)
JOHN = Participant(AuthorKind.CONTACT, "c-john", "John Doe")
ROOM, WITH_MIA, WITH_BILLING, WITH_BOB, NOTICES = (cid(number) for number in (50, 51, 52, 53, 54))
_PEOPLE = (
    RoomMember(AuthorKind.CONTACT, "c-john", "John Doe", "m-john"),
    RoomMember(AuthorKind.CONTACT, "c-bob", "Bob Wilson", "m-bob"),
    RoomMember(AuthorKind.CONTACT, "c-jane", "Jane Smith", "m-jane", muted=True),
    RoomMember(AuthorKind.CONTACT, "c-kenji", "田中 健二", "m-kenji"),
)


def _conversation(world: World, number: int, kind: Kind, **more: object) -> Conversation:
    made = Conversation(cid(number), number, kind, Status.OPEN, world.rev, ago(900), ago(3), **more)  # type: ignore[arg-type]
    world.conversations[made.id] = made
    return made


def _persona(persona: Persona) -> Participant:
    return Participant(AuthorKind.PERSONA, persona.id, persona.name)


def _says(world: World, conversation_id: str, author: Author, *texts: str) -> None:
    for minutes, text in enumerate(texts):
        world.add_message(conversation_id, text, ago(9 - minutes), author)
    held = world.conversations[conversation_id]
    world.conversations[conversation_id] = replace(
        held, rev=world.rev, preview=texts[-1], last_message_at=ago(9 - len(texts))
    )


def add_room(world: World) -> None:
    """The community's room, with four people."""
    room = _conversation(world, 50, Kind.GROUP, subject="Main Community", unread=2, persona=SUPPORT)
    bob = Author(AuthorKind.CONTACT, "c-bob", "Bob Wilson")
    _says(world, room.id, Author(AuthorKind.PERSONA, SUPPORT.id, SUPPORT.name), "Welcome! Say hello.")
    _says(world, room.id, bob, "Does anybody use the new export?", "It saved me an hour today.")
    world.room_people = _PEOPLE
    world.rooms[room.id] = Room(room.id, "Main Community", len(_PEOPLE), False, world.conversations[room.id])


def customers_desk() -> CustomerWorld:
    """John Doe with a room, three direct conversations and notifications in his thread."""
    world = CustomerWorld()
    mia, billing = replace(MIA, online=True), replace(BILLING, online=False)
    world.personas = (SUPPORT, replace(mia, operator_ids=()), replace(billing, operator_ids=()))
    add_room(world)
    bob = Participant(AuthorKind.CONTACT, "c-bob", "Bob Wilson")
    for number, persona in ((51, MIA), (52, BILLING)):
        both = (_persona(persona), JOHN)
        made = _conversation(
            world, number, Kind.DIRECT, persona=persona, participants=both, unread=number - 51
        )
        you = Author(AuthorKind.CONTACT, "c-john", "John Doe")
        _says(world, made.id, you, f"Hi {persona.name}, may I ask you something?")
        _says(world, made.id, Author(AuthorKind.PERSONA, persona.id, persona.name), "Of course, go ahead!")
    made = _conversation(world, 53, Kind.DIRECT, participants=(bob, JOHN))
    _says(world, made.id, Author(AuthorKind.CONTACT, "c-bob", "Bob Wilson"), "Hello John 👋")
    return world


def notified_desk() -> CustomerWorld:
    """John Doe with every look of a notification between his messages."""
    world = customers_desk()
    notices = _conversation(world, 54, Kind.PERSONAL)
    system = Author(AuthorKind.SYSTEM)
    looks: list[tuple[str, dict[str, str]]] = [
        ("Your account has been upgraded to Premium.", {"template": "success"}),
        ("Maintenance on Friday from 20:00 to 21:00 UTC.", {"template": "warning"}),
        (
            "Our own colours, hard to read as they were sent.",
            {"background_color": "#f0f9ff", "text_color": "#bfe3f5", "border_color": "#38bdf8"},
        ),
    ]
    for minutes, (text, style) in enumerate(looks):
        message = world.add_message(
            notices.id, text, ago(1 - minutes / 10), system, kind=MessageKind.NOTIFICATION
        )
        world.messages[notices.id][-1] = replace(message, style=style)
    world.conversations[notices.id] = replace(notices, rev=world.rev, last_message_at=NOW)
    return world


def agents_desk() -> World:
    """Dana, admin, among rooms and direct messages of hers and of others."""
    world = World(DANA)
    world.personas = (SUPPORT, MIA, BILLING)
    add_room(world)
    ana, priya = CONTACTS["ana"], CONTACTS["priya"]
    for number, persona, contact in ((51, MIA, priya), (52, BILLING, ana)):
        both = (_persona(persona), Participant(AuthorKind.CONTACT, contact.id, contact.label))
        made = _conversation(
            world, number, Kind.DIRECT, persona=persona, contact=contact, participants=both,
            unread=1, waiting_since=ago(4),
        )  # fmt: skip
        author = Author(AuthorKind.CONTACT, contact.id, contact.label)
        _says(world, made.id, author, f"Is there somebody from {persona.name} I could talk to?")
    sarah = Participant(AuthorKind.AGENT, SARAH.id, SARAH.name)
    dana = Participant(AuthorKind.AGENT, DANA.id, DANA.name)
    made = _conversation(world, 53, Kind.DIRECT, participants=(dana, sarah))
    _says(world, made.id, Author(AuthorKind.AGENT, SARAH.id, SARAH.name), "Lunch at one?")
    return world
