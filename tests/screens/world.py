"""A small desk in memory for tests of screens: fixed people and times, and a real `Desk` over them.

`World` answers what the routes would; `world.arrives(…)` pushes what the live stream would say. Nothing here
has a socket. Refusals are asked for with `world.refuse(…)`, a slow server with `world.hold()`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskterm.client.answers import (
    Counts,
    Draft,
    Page,
    ReadState,
    Revocation,
    Snapshot,
    Ticket,
    Typing,
    Update,
)
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.client.http.website_calls import Block
from deskterm.client.live import subscription
from deskterm.client.live.connection import Connection
from deskterm.client.replica.filters import Filter
from deskterm.client.triage import BalanceReport, BulkReport, Workload
from deskterm.protocol.canned_replies import CannedReply
from deskterm.protocol.ids import IdSource
from deskterm.protocol.query import parse
from deskterm.protocol.records import (
    Assignee,
    Author,
    AuthorKind,
    Contact,
    ContactKind,
    Conversation,
    Kind,
    Me,
    Member,
    Message,
    MessageKind,
    Named,
    Organization,
    Persona,
    Presence,
    Priority,
    Role,
    Source,
    Status,
    TicketSummary,
    Visibility,
)
from deskterm.protocol.rooms import Room, RoomMember
from deskterm.protocol.saved_views import SavedView, ViewCount
from deskterm.protocol.states import allowed
from tests.screens.kept_texts import KeptTexts, held
from tests.screens.triage_world import balanced_by, changed_by, workload_of

NOW = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)

DANA = Member("m-dana", "Dana Whitfield", Role.ADMIN, Presence.ONLINE, "hello@designpi.com")
SARAH = Member("m-sarah", "Sarah Johnson", Role.STAFF, Presence.ONLINE, "sarah@designpi.com")
MIKE = Member("m-mike", "Mike Chen", Role.STAFF, Presence.AWAY, "mike@designpi.com")
MEMBERS = (DANA, SARAH, MIKE)
SUPPORT = Persona("p-support", "Support", "Customer care", "DS", "#3366cc", open=True, support=True)

CONTACTS = {
    "ana": Contact("c-ana", ContactKind.CUSTOMER, "Ana Souza", "ana@example.com", company="Acme Corporation"),
    "kenji": Contact(
        "c-kenji", ContactKind.CUSTOMER, "田中 健二", "kenji@example.jp", company="東京デザイン"
    ),
    "priya": Contact("c-priya", ContactKind.CUSTOMER, "Priya N.", "priya@example.com", company="Lumen"),
    "diaz": Contact("c-diaz", ContactKind.CUSTOMER, "Rafael Diaz", "diaz@acme.example", company="ACME"),
    "lena": Contact("c-lena", ContactKind.LEAD, "Lena Vogel", "lena@example.org", lead_status="new"),
    "tom": Contact("c-tom", ContactKind.CUSTOMER, "Tom Okafor", "tom@example.com"),
    "laurent": Contact("c-laurent", ContactKind.CUSTOMER, "M. Laurent", "m@laurent.example"),
    "visitor": Contact("c-visitor", ContactKind.VISITOR),
}


def ago(minutes: float) -> datetime:
    """That many minutes before the fixed present."""
    return NOW - timedelta(minutes=minutes)


def cid(number: int) -> str:
    """The id of the conversation with that number."""
    return f"00000000-0000-7000-8000-{number:012d}"


class World:
    """The server side: what there is, and what it answers to one person."""

    def __init__(
        self, me: Member = SARAH, settings: dict[str, Any] | None = None, *, empty: bool = False
    ) -> None:
        self.rev = 1000
        self.settings = settings or {}
        organization = Organization("DesignPi", "o-1", "designpi", self.settings)
        self.me = Me("u-1", me.name, me.email, me.role, me.id, None, organization)
        self.members = {each.id: each for each in MEMBERS}
        self.conversations: dict[str, Conversation] = {}
        self.messages: dict[str, list[Message]] = {}
        self.canned: dict[str, CannedReply] = {}
        self.saved: dict[str, SavedView] = {}
        self.personas: tuple[Persona, ...] = (SUPPORT,)
        self.rooms: dict[str, Room] = {}
        self.room_people: tuple[RoomMember, ...] = ()
        self.calls: list[tuple[str, Any]] = []
        self.failures: dict[str, ClientError] = {}
        self.kept_drafts: dict[tuple[str, Visibility], Draft] = {}
        self.now = NOW
        self.page: int | None = None  # so many rows a page; None = all on one
        self.scan: int | None = None
        self.held: asyncio.Event | None = None
        self.live: FakeSubscription | None = None
        self.epoch = "life.sight"
        self.first: Snapshot | None = None
        self.server = "https://desk.example.com"
        if not empty:
            fill(self)

    # --- what tests say ----------------------------------------------------------------------------------

    def hold(self) -> None:
        """The server does not answer until `release`."""
        self.held = asyncio.Event()

    def release(self) -> None:
        """It answers again."""
        assert self.held is not None
        self.held.set()
        self.held = None

    def refuse(self, call: str, error: ClientError) -> None:
        """`call` fails with `error` from now on."""
        self.failures[call] = error

    def offline(self) -> None:
        """Nothing answers any more."""
        for call in ("conversations", "messages", "send", "patch", "read", "contacts", "create"):
            self.refuse(call, Offline(self.server))
        assert self.live is not None
        self.live.connection.lost("does not answer")

    def back(self, updates: int) -> None:
        """Everything answers again."""
        self.failures.clear()
        assert self.live is not None
        self.live.connection.caught_up(updates)

    def arrives(self, update: Update) -> None:
        """The live stream says something."""
        assert self.live is not None
        self.live.deliver(update)

    def writes(self, conversation_id: str, body: str, author: Author | None = None) -> Message:
        """Somebody writes, elsewhere."""
        conversation = self.conversations[conversation_id]
        contact = conversation.contact
        who = author or Author(
            AuthorKind.CONTACT, contact.id if contact else None, contact.label if contact else None
        )
        message = self.add_message(conversation_id, body, NOW, who)
        unread = conversation.unread + (who.kind is AuthorKind.CONTACT)
        moved = self.put(replace(conversation, unread=unread, preview=body, last_message_at=NOW))
        self.arrives(Update("message.created", conversation=moved, messages=(message,)))
        return message

    def types(self, conversation_id: str) -> None:
        """The contact types there, until five seconds from the fixed present."""
        contact = self.conversations[conversation_id].contact
        assert contact is not None
        who = Author(AuthorKind.CONTACT, contact.id, contact.label)
        self.arrives(Update("typing", typing=Typing(conversation_id, who, NOW + timedelta(seconds=5))))

    def revokes(self, conversation_id: str, reason: str, by: Member) -> None:
        """The conversation leaves the reader's sight."""
        self.rev += 1
        del self.conversations[conversation_id]
        gone = Revocation(conversation_id, self.rev, reason, Named(by.id, by.name))
        self.arrives(Update("conversation.revoked", revocation=gone))

    def put(self, conversation: Conversation) -> Conversation:
        """Keep a newer state of a conversation."""
        self.rev += 1
        kept = replace(conversation, rev=self.rev, updated_at=NOW)
        self.conversations[conversation.id] = kept
        return kept

    def add_message(
        self,
        conversation_id: str,
        body: str,
        at: datetime,
        author: Author,
        visibility: Visibility = Visibility.PUBLIC,
        kind: MessageKind = MessageKind.TEXT,
        id: str | None = None,
    ) -> Message:
        """Keep a message."""
        self.rev += 1
        message = Message(
            id or f"msg-{self.rev}", conversation_id, self.rev, self.rev, author, body, kind, at, visibility
        )
        self.messages.setdefault(conversation_id, []).append(message)
        return message

    def keep_canned(self, shortcut: str, title: str, body: str, visibility: str = "shared") -> CannedReply:
        """Keep a canned reply."""
        self.rev += 1
        made = CannedReply(f"r-{shortcut}", visibility, shortcut, title, body, self.rev)
        self.canned[made.id] = made
        return made

    def called(self, name: str) -> list[Any]:
        """What was asked for by that name, in order."""
        return [given for call, given in self.calls if call == name]

    # --- what the server answers -------------------------------------------------------------------------

    async def _answer(self, call: str, given: Any) -> None:
        self.calls.append((call, given))
        if self.held is not None:
            await self.held.wait()
        if error := self.failures.get(call):
            raise error

    async def conversations_of(
        self, wanted: Filter, limit: int, cursor: str | None = None
    ) -> Page[Conversation]:
        mine = self.me.member_id
        own = {mine, *(each.id for each in self.personas if mine in each.operator_ids)}
        terms = [str(each) for each in parse(wanted.q or "").terms if each.field != "status"]
        anywhere = replace(wanted, status=(), q=" ".join(terms) or None)
        every = self.conversations.values()
        counted = [each for each in every if anywhere.matches(each, mine, own)]  # type: ignore[arg-type]
        counts = Counts(**{status.value: sum(each.status is status for each in counted) for status in Status})
        if self.scan is not None:  # so many are looked at for a page, as the server does under a filter
            looked = sorted((each for each in every if each.kind is Kind.SUPPORT), key=wanted.position)
            start, end = int(cursor or 0), int(cursor or 0) + self.scan
            met = [each for each in looked[start:end] if wanted.matches(each, mine, own)]  # type: ignore[arg-type]
            return Page(tuple(met), str(end) if end < len(looked) else None, counts)
        found = [each for each in counted if wanted.matches(each, mine, own)]  # type: ignore[arg-type]
        rows = sorted(found, key=wanted.position)
        if self.page is None:
            return Page(tuple(rows[:limit]), None, counts)
        start, end = int(cursor or 0), int(cursor or 0) + self.page
        return Page(tuple(rows[start:end]), str(end) if end < len(rows) else None, None if cursor else counts)


class FakeApi(KeptTexts):
    """The routes that the console uses, answered by the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.server = world.server

    async def close(self) -> None:
        """Nothing to give back."""

    async def snapshot(self) -> Snapshot:
        assert self.world.first is not None
        return replace(self.world.first, epoch=self.world.epoch)

    async def renew(self, stuck: float = 0.0) -> None:
        """Nothing to give up."""

    async def logout(self) -> None:
        await self.world._answer("logout", None)

    async def patch_me(self, *, presence: str | None = None, name: str | None = None) -> Me:
        await self.world._answer("patch_me", presence)
        return self.world.me

    async def members(self, **_: object) -> Page[Member]:
        await self.world._answer("members", None)
        return Page(tuple(self.world.members.values()))

    async def conversations(
        self, wanted: Filter | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Conversation]:
        await self.world._answer("conversations", wanted)
        return await self.world.conversations_of(wanted or Filter(), limit, cursor)

    async def conversation(self, conversation_id: str) -> Conversation:
        await self.world._answer("conversation", conversation_id)
        return self.world.conversations[conversation_id]

    async def messages(self, conversation_id: str, **_: object) -> Page[Message]:
        await self.world._answer("messages", conversation_id)
        return Page(tuple(self.world.messages.get(conversation_id, ())))

    async def tickets(self, **wanted: Any) -> Page[Ticket]:
        await self.world._answer("tickets", wanted)
        found = (each for each in self.world.conversations.values() if each.status in wanted["status"])
        return Page(tuple(_ticket(each) for each in found if each.ticket is not None))

    async def rooms(self, cursor: str | None = None) -> Page[Room]:
        await self.world._answer("rooms", cursor)
        return Page(tuple(self.world.rooms.values()))

    async def room_members(self, room_id: str, cursor: str | None = None) -> Page[RoomMember]:
        await self.world._answer("room_members", room_id)
        return Page(self.world.room_people)

    async def contacts(self, **_: object) -> Page[Contact]:
        await self.world._answer("contacts", None)
        return Page(tuple(CONTACTS.values()))

    async def mark_read(self, conversation_id: str, seq: int, **_: object) -> ReadState:
        await self.world._answer("read", conversation_id)
        held = self.world.conversations[conversation_id]
        self.world.conversations[conversation_id] = replace(held, unread=0, agent_read_seq=seq)
        return ReadState(conversation_id, seq, 0)

    async def patch_conversation(
        self, conversation_id: str, *, key: str | None = None, **patch: Any
    ) -> Conversation | None:
        await self.world._answer("patch", (conversation_id, patch))
        return self.world.put(self._patched(self.world.conversations[conversation_id], patch))

    async def change_many(
        self, ids: Sequence[str], patch: Any, *, dry_run: bool = False, revs: Sequence[int] | None = None
    ) -> BulkReport:
        await self.world._answer("change_many", (list(ids), patch, dry_run))
        looked = None if revs is None else dict(zip(ids, revs, strict=True))
        return changed_by(self.world, ids, lambda held: self._patched(held, patch), looked, dry_run=dry_run)

    async def balance(self, ids: Sequence[str], *, dry_run: bool = False) -> BalanceReport:
        await self.world._answer("balance", (list(ids), dry_run))
        return balanced_by(self.world, ids, dry_run=dry_run)

    async def workload(self, since: datetime | None = None) -> Workload:
        await self.world._answer("workload", since)
        return workload_of(self.world)

    async def create_conversation(self, **fields: Any) -> Conversation:
        await self.world._answer("create", fields)
        contact = next(each for each in CONTACTS.values() if each.id == fields["contact_id"])
        return make(self.world, 900, contact, fields.get("subject", ""), 0, assignee=SARAH)

    async def saved_views(self, cursor: str | None = None) -> Page[SavedView]:
        await self.world._answer("saved_views", cursor)
        return Page(tuple(self.world.saved.values()))

    async def count_saved_views(self, ids: Sequence[str]) -> tuple[ViewCount, ...]:
        await self.world._answer("count_saved_views", tuple(ids))
        return tuple(ViewCount(each, len(self.world.saved[each].name), False) for each in ids)

    async def blocks(self, cursor: str | None = None) -> Page[Block]:
        await self.world._answer("blocks", cursor)
        return Page(())

    async def canned_replies(self, cursor: str | None = None) -> Page[CannedReply]:
        await self.world._answer("canned_replies", cursor)
        return Page(tuple(self.world.canned.values()))

    async def create_canned_reply(self, **fields: str) -> CannedReply:
        await self.world._answer("create_canned", fields)
        return self.world.keep_canned(**fields)

    async def patch_canned_reply(self, reply_id: str, **fields: str) -> CannedReply:
        await self.world._answer("patch_canned", (reply_id, fields))
        self.world.rev += 1
        self.world.canned[reply_id] = replace(self.world.canned[reply_id], rev=self.world.rev, **fields)
        return self.world.canned[reply_id]

    async def delete_canned_reply(self, reply_id: str) -> None:
        await self.world._answer("delete_canned", reply_id)
        del self.world.canned[reply_id]

    async def send_message(self, conversation_id: str, *, id: str, body: str, **fields: Any) -> Message:
        await self.world._answer("send", (conversation_id, body, fields))
        me = self.world.me
        author = Author(AuthorKind.AGENT, me.member_id, me.name)
        sent = self.world.add_message(conversation_id, body, NOW, author, fields["visibility"], id=id)
        return held(self.world, sent)

    def _patched(self, held: Conversation, patch: dict[str, Any]) -> Conversation:
        if (status := patch.get("status")) and Status(status) not in {held.status, *allowed(held.status)}:
            legal = [each.value for each in allowed(held.status)]
            raise ApiError(
                "illegal_transition", 409, "Not from there.", {"allowed": legal, "status": held.status}
            )
        changes: dict[str, Any] = {}
        for name in ("escalated", "escalated_reason", "snoozed_until"):
            if name in patch:
                changes[name] = patch[name]
        if "unread" in patch:
            changes["unread"] = int(patch["unread"])
        if status:
            changes["status"] = Status(status)
        if "priority" in patch:
            changes["priority"] = Priority(patch["priority"])
        if "assignee_id" in patch:
            member = self.world.members.get(patch["assignee_id"] or "")
            changes["assignee"] = Assignee(member.id, member.name, member.presence) if member else None
        tags = {*held.tags, *patch.get("add_tags", ())} - set(patch.get("remove_tags", ()))
        return replace(held, tags=tuple(sorted(tags)), **changes)


class FakeSubscription:
    """The live stream, spoken by the test."""

    def __init__(
        self,
        *given: Any,
        deliver: Callable[[Update], None],
        resync: Callable[[], Awaitable[str]],
        world: World,
        **_: Any,
    ) -> None:
        self.connection: Connection = given[3]
        self.resync = resync
        self.deliver = deliver
        self.said: list[str] = []
        self.woken = 0
        world.live = self

    async def run(self) -> None:
        self.connection.caught_up(0)

    def wake(self) -> None:
        self.woken += 1

    async def say(self, frame: str) -> None:
        self.said.append(frame)


def opener(world: World, patch: pytest.MonkeyPatch) -> "Callable[[], Any]":
    """What opens a real desk over the world, for `DesktermApp`."""
    patch.setattr(
        subscription, "Subscription", lambda *args, **options: FakeSubscription(*args, world=world, **options)
    )

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    async def open_desk() -> Desk:
        api: Any = FakeApi(world)
        mine = [each for each in world.conversations.values() if each.status in (Status.OPEN, Status.PENDING)]
        mine = [each for each in mine if each.kind is Kind.SUPPORT]
        if world.me.role is Role.STAFF:
            mine = [each for each in mine if each.assignee and each.assignee.id == world.me.member_id]
        first = Snapshot(
            "cursor",
            None,
            world.me.organization,
            world.me,
            MEMBERS,
            world.personas,
            tuple(mine) if not world.held else (),
            world.epoch,
        )
        world.first = first
        ids = iter(range(1, 1000))
        source = IdSource(lambda: 1_700_000_000_000, lambda bits: next(ids) % 2**bits)
        return Desk(api, "token", first, ids=source, now=lambda: NOW, sleep=never)

    return open_desk


def make(
    world: World,
    number: int,
    contact: Contact,
    subject: str,
    minutes: float,
    *,
    assignee: Member | None = None,
    status: Status = Status.OPEN,
    priority: Priority = Priority.NORMAL,
    unread: int = 0,
    waits: float | None = None,
    tags: tuple[str, ...] = (),
    source: Source = Source.CUSTOMER,
    snoozed_until: datetime | None = None,
) -> Conversation:
    """One conversation as the server would give it."""
    world.rev += 1
    at = ago(minutes)
    made = Conversation(
        id=cid(number),
        number=number,
        kind=Kind.SUPPORT,
        status=status,
        rev=world.rev,
        created_at=ago(minutes + 60),
        updated_at=at,
        last_message_at=at,
        subject=subject or None,
        preview=subject,
        unread=unread,
        contact=contact,
        source=source,
        priority=priority,
        tags=tags,
        assignee=Assignee(assignee.id, assignee.name, assignee.presence) if assignee else None,
        ticket=TicketSummary(f"t-{number}", f"Support request from {contact.label}", status, priority),
        waiting_since=None if waits is None else ago(waits),
        snoozed_until=snoozed_until,
    )
    world.conversations[made.id] = made
    return made


def fill(world: World) -> None:
    """The fixed conversations: six of Sarah's, two of nobody, one of Mike's."""
    ana = CONTACTS["ana"]
    first = make(
        world, 4821, ana, "Cannot log in after update", 3,
        assignee=SARAH, priority=Priority.HIGH, unread=1, waits=62, tags=("login", "sso"),
    )  # fmt: skip
    make(world, 4820, CONTACTS["kenji"], "請求書 2 件が重複しています", 5, assignee=SARAH, unread=2, waits=40)
    make(world, 4817, CONTACTS["priya"], "Re: refund for order 1182", 18, assignee=SARAH, waits=30)
    make(
        world, 4815, CONTACTS["diaz"], "Webhook returns 500 since 09:40", 21,
        assignee=SARAH, priority=Priority.URGENT, unread=1, waits=21,
    )  # fmt: skip
    make(world, 4811, CONTACTS["lena"], "How do I export my data?", 44, assignee=SARAH, source=Source.LEAD)
    make(
        world, 4802, CONTACTS["laurent"], "Wrong VAT on invoice", 120,
        assignee=SARAH, status=Status.PENDING, priority=Priority.LOW,
    )  # fmt: skip
    make(
        world, 4809, CONTACTS["tom"], "Feature: dark mode", 60,
        assignee=SARAH, status=Status.SNOOZED, snoozed_until=NOW + timedelta(hours=21),
    )  # fmt: skip
    make(world, 4823, CONTACTS["visitor"], "App crashes on start", 8, waits=8, unread=1, source=Source.WIDGET)
    make(world, 4822, CONTACTS["lena"], "Cannot pay by card", 25, waits=25, unread=1)
    make(world, 4790, CONTACTS["tom"], "SAML setup", 1500, assignee=MIKE)
    make(world, 4700, CONTACTS["priya"], "Invoice copy", 2900, assignee=SARAH, status=Status.RESOLVED)
    customer = Author(AuthorKind.CONTACT, ana.id, ana.label)
    sarah = Author(AuthorKind.AGENT, SARAH.id, SARAH.name)
    mike = Author(AuthorKind.AGENT, MIKE.id, MIKE.name)
    add = world.add_message
    add(first.id, "Hello, I need help with my account.", ago(1500), customer)
    add(first.id, "Of course! What happens?", ago(1495), sarah)
    add(
        first.id,
        "Since this morning's update I only get ERR_AUTH_42. I tried:\n 1. resetting the password\n"
        " 2. clearing cookies\n 3. another browser",
        ago(12),
        customer,
    )
    note = add(
        first.id, "looks like the SSO rollout — checking with #infra", ago(8), mike, Visibility.INTERNAL
    )
    world.conversations[first.id] = replace(first, agent_read_seq=note.seq, contact_read_seq=note.seq)
    add(first.id, "any news? I have a demo at 13:00", ago(3), customer)
    for conversation in list(world.conversations.values()):
        if conversation.id not in world.messages and conversation.contact is not None:
            contact = conversation.contact
            at = conversation.last_message_at or NOW
            add(
                conversation.id,
                conversation.preview or "",
                at,
                Author(AuthorKind.CONTACT, contact.id, contact.label),
            )


def _ticket(conversation: Conversation) -> Ticket:
    summary = conversation.ticket
    assert summary is not None
    return Ticket(
        id=summary.id,
        conversation_id=conversation.id,
        number=conversation.number,
        subject=conversation.subject or summary.subject,
        description=conversation.preview or "",
        status=conversation.status,
        priority=conversation.priority,
        rev=conversation.rev,
        created_at=conversation.created_at,
        updated_at=conversation.last_message_at or conversation.created_at,
        assignee=conversation.assignee,
        contact=conversation.contact,
    )
