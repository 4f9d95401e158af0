"""A customer's small desk in memory: one person, their requests, and a real `Desk` over them."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from deskterm.client.answers import Page, ReadState, Snapshot, Typing, Update
from deskterm.client.desk import Desk
from deskterm.client.live import subscription
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import (
    Author,
    AuthorKind,
    Conversation,
    Kind,
    Me,
    Message,
    MessageKind,
    Organization,
    Persona,
    Role,
    Status,
)
from tests.screens.world import NOW, SARAH, SUPPORT, FakeApi, FakeSubscription, World, ago, cid

JOHN = Author(AuthorKind.CONTACT, "c-john", "John Doe")
VOICE = Author(AuthorKind.PERSONA, SUPPORT.id, SUPPORT.name)
SYSTEM = Author(AuthorKind.SYSTEM)
NUMBER = 4821
OWN = cid(NUMBER)


class CustomerWorld(World):
    """What the server answers to John Doe. `empty` has no message yet."""

    def __init__(self, *, empty: bool = False, online: bool = True) -> None:
        text = "we usually reply in about 7 min" if online else "back on Monday at 9:00"
        super().__init__(SARAH, {"support": {"online": online, "text": text}}, empty=True)
        organization = Organization("DesignPi", None, None, self.settings)
        self.me = Me("u-j", "John Doe", "john.doe@example.com", Role.CUSTOMER, "m-j", "c-john", organization)
        self.active = self.request(NUMBER, Status.OPEN)
        if not empty:
            self._talk()

    def request(self, number: int, status: Status, **more: Any) -> Conversation:
        """One of John's requests, as contacts see them."""
        self.rev += 1
        made = Conversation(
            cid(number), number, Kind.SUPPORT, status, self.rev, ago(90), ago(1), persona=SUPPORT, **more
        )
        self.conversations[made.id] = made
        return made

    def _talk(self) -> None:
        add = self.add_message
        add(
            OWN,
            "Since this morning's update I only get ERR_AUTH_42. I tried:\n1. password reset\n2. cookies",
            ago(24),
            JOHN,
        )
        add(
            OWN,
            "Hi John, thanks for the details — we found the cause and are rolling the fix out now.",
            ago(20),
            VOICE,
        )
        add(OWN, "Great, I will wait.", ago(15), JOHN)
        seen = self.rev
        new = add(OWN, "It is out. Could you log in again, please?", ago(2), VOICE)
        self.active = self.put(
            replace(
                self.active, agent_read_seq=seen, unread=1, last_message_at=new.created_at, preview=new.body
            )
        )

    def answers(self, body: str, conversation_id: str = OWN) -> Message:
        """Support writes."""
        message = self.add_message(conversation_id, body, NOW, VOICE)
        held = self.conversations[conversation_id]
        moved = self.put(replace(held, unread=held.unread + 1, preview=body, last_message_at=NOW))
        self.arrives(Update("message.created", conversation=moved, messages=(message,)))
        return message

    def support_types(self, ago: float = 0) -> None:
        """Support types, as was heard so many seconds before the fixed present."""
        self.now = NOW - timedelta(seconds=ago)
        self.arrives(Update("typing", typing=Typing(OWN, VOICE, NOW)))
        self.now = NOW

    def becomes(self, status: Status, words: str, conversation_id: str = OWN) -> None:
        """Support changes where the request stands; the server says so in neutral words."""
        line = self.add_message(conversation_id, words, NOW, SYSTEM, kind=MessageKind.ACTIVITY)
        moved = self.put(replace(self.conversations[conversation_id], status=status))
        self.arrives(Update("message.created", conversation=moved, messages=(line,)))

    def successor(self, number: int = NUMBER + 1) -> Conversation:
        """The server moves John on to another request."""
        new = self.request(number, Status.OPEN, previous_id=self.active.id)
        old = self.put(replace(self.conversations[self.active.id], status=Status.CLOSED, next_id=new.id))
        self.active = new
        self.arrives(Update("conversation.updated", conversation=old))
        self.arrives(Update("conversation.created", conversation=new))
        return new


class CustomerApi(FakeApi):
    """The routes of the customers' screen."""

    world: CustomerWorld

    async def portal_conversation(self) -> Conversation:
        await self.world._answer("portal", None)
        return self.world.conversations[self.world.active.id]

    async def organization(self) -> Organization:
        await self.world._answer("organization", None)
        return self.world.me.organization

    async def personas(self) -> Page[Persona]:
        await self.world._answer("personas", None)
        return Page(self.world.personas)

    async def conversations(
        self, wanted: Any = None, *, cursor: Any = None, limit: int = 50
    ) -> Page[Conversation]:
        await self.world._answer("conversations", wanted)
        kinds = wanted.kinds if wanted else (Kind.SUPPORT,)
        found = [each for each in self.world.conversations.values() if each.kind in kinds]
        return Page(tuple(sorted(found, key=lambda each: -each.number)))

    async def mark_read(self, conversation_id: str, seq: int, **_: object) -> ReadState:
        await self.world._answer("read", conversation_id)
        held = self.world.conversations[conversation_id]
        self.world.conversations[conversation_id] = replace(held, unread=0)
        return ReadState(conversation_id, seq, 0)

    async def create_conversation(self, **fields: Any) -> Conversation:
        await self.world._answer("create", fields)
        return self.world.successor()

    async def send_message(self, conversation_id: str, *, id: str, body: str, **fields: Any) -> Message:
        await self.world._answer("send", (conversation_id, body))
        place = self.world.conversations[conversation_id]
        if place.status is Status.CLOSED:
            place = self.world.successor()
        return self.world.add_message(place.id, body, NOW, JOHN, id=id)


def opener(world: CustomerWorld, patch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """What opens a real desk over the world, for `DesktermApp`."""
    patch.setattr(
        subscription, "Subscription", lambda *args, **options: FakeSubscription(*args, world=world, **options)
    )

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    async def open_desk() -> Desk:
        api: Any = CustomerApi(world)
        known = tuple(world.conversations.values())
        first = Snapshot(
            "cursor", None, world.me.organization, world.me, (), world.personas, known, world.epoch
        )
        world.first = first
        ids = iter(range(1, 1000))
        source = IdSource(lambda: 1_700_000_000_000, lambda bits: next(ids) % 2**bits)
        return Desk(api, "token", first, ids=source, now=lambda: world.now, sleep=never)

    return open_desk
