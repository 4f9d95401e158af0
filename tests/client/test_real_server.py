"""Desks against the real server: what one does, the other sees."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest
from aiohttp.test_utils import TestServer

from deskterm.client.accounts.credentials import Credentials
from deskterm.client.accounts.signin import sign_in, sign_out
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError
from deskterm.client.http.api import Api
from deskterm.client.replica.changes import Changes
from deskterm.client.replica.filters import Filter
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Conversation, Message, Presence, Priority, Role, Status, Visibility
from tests.server.conftest import clock, config, ids, people, server, services
from tests.server.people import DANA, JOHN, MIKE, PASSWORD_OF, SARAH

__all__ = ["clock", "config", "ids", "people", "server", "services"]
T = TypeVar("T")
Opener = Callable[[str], Awaitable[Desk]]


async def until(desk: Desk, holds: Callable[[], bool]) -> None:
    """Wait until `holds`, looking after every change."""
    changed = asyncio.Event()

    def listen(changes: Changes) -> None:
        changed.set()

    stop, unwatch = desk.subscribe(listen), desk.connection.watch(lambda link: changed.set())
    async with asyncio.timeout(20):
        while not holds():
            changed.clear()
            await changed.wait()
    stop()
    unwatch()


@pytest.fixture
async def opened(server: TestServer, people: None) -> AsyncIterator[Opener]:
    """Opens a person's desk and waits until it is online."""
    desks: list[Desk] = []
    address = str(server.make_url("")).rstrip("/")

    async def open_desk(email: str) -> Desk:
        api = Api(address)
        token = (await api.login(email, PASSWORD_OF[email])).token
        await api.close()
        desk = await Desk.open(address, token)
        desks.append(desk)
        await until(desk, lambda: desk.connection.online)
        return desk

    yield open_desk
    for desk in desks:
        await desk.close()


async def asked(john: Desk, dana: Desk, sarah: Desk) -> Conversation:
    """John has written, Dana has given it to Sarah, whose desk has it."""
    own = await john.portal_conversation()
    assert await john.send(own.id, "My printer is on fire") is SendState.SENT
    await until(dana, lambda: dana.replica.conversation(own.id) is not None)
    assert sarah.replica.conversation(own.id) is None
    assert sarah.replica.member_id
    await dana.patch(own.id, assignee_id=sarah.replica.member_id)
    await until(sarah, lambda: sarah.replica.conversation(own.id) is not None)
    held = sarah.replica.conversation(own.id)
    assert held is not None
    return held


def bodies(desk: Desk, conversation_id: str) -> list[str]:
    thread = desk.replica.thread(conversation_id)
    assert thread is not None
    return [each.body for each in thread.messages if each.author.kind != "system"]


async def test_signing_in_keeps_the_token_and_signing_out_ends_it(server: TestServer, people: None) -> None:
    address = str(server.make_url("")).rstrip("/")
    credentials = Credentials()
    admission = await sign_in(f" {address}/ ", SARAH, PASSWORD_OF[SARAH], credentials)
    assert (admission.server, admission.me.role, admission.kept.store) == (address, Role.STAFF, "file")
    account = credentials.accounts.all()[0].account
    found = credentials.find(account)
    assert found is not None
    assert found.token == admission.token
    assert await sign_out(account, admission.token, credentials) == ()
    assert credentials.find(account) is None
    with pytest.raises(ApiError) as caught:
        await Desk.open(address, admission.token)
    assert caught.value.code == "unauthenticated"


async def test_a_wrong_password_is_said_plainly(server: TestServer, people: None) -> None:
    with pytest.raises(ApiError) as caught:
        await sign_in(str(server.make_url("")), SARAH, "wrong", Credentials())
    assert caught.value.code == "invalid_credentials"


async def test_a_customer_asks_an_agent_answers_and_both_see_it(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    assert (here.unread, here.assignee and here.assignee.name) == (1, "Sarah Johnson")
    await sarah.open_conversation(here.id)
    assert bodies(sarah, here.id) == ["My printer is on fire"]
    await sarah.mark_read(here.id)
    assert sarah.replica.unread == 0
    seen = sarah.replica.thread(here.id)
    assert seen is not None
    assert await sarah.send(here.id, "They do that", Visibility.INTERNAL) is SendState.SENT
    assert await sarah.send(here.id, "Pull the plug", seen_seq=seen.messages[-1].seq) is SendState.SENT
    await until(john, lambda: bodies(john, here.id)[-1:] == ["Pull the plug"])
    assert bodies(john, here.id) == ["My printer is on fire", "Pull the plug"]
    assert bodies(sarah, here.id) == ["My printer is on fire", "They do that", "Pull the plug"]


async def test_changes_are_seen_by_others_and_lists_stay_true(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    wanted = Filter(status=(Status.OPEN,), assignee=("me",))
    page = await sarah.load_inbox(wanted)
    assert page.counts is not None
    assert page.counts.open == 1
    assert [each.id for each in sarah.inbox_rows(wanted)] == [here.id]
    await dana.patch(here.id, priority=Priority.URGENT, add_tags=["fire"])
    await until(sarah, lambda: sarah.inbox_rows(wanted)[0].tags == ("fire",))
    await sarah.patch(here.id, status=Status.RESOLVED)
    assert sarah.inbox_rows(wanted) == []
    await until(dana, lambda: status(dana, here.id) is Status.RESOLVED)


async def test_losing_a_conversation_takes_it_off_the_desk_and_keeps_the_text(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    await sarah.open_conversation(here.id)
    mike = await opened(MIKE)
    await dana.patch(here.id, assignee_id=mike.replica.member_id)
    await until(sarah, lambda: sarah.replica.conversation(here.id) is None)
    await until(mike, lambda: mike.replica.conversation(here.id) is not None)
    assert await sarah.send(here.id, "too late") is SendState.FAILED
    [kept] = sarah.replica.outgoing.all()
    assert (kept.body, kept.code) == ("too late", "not_found")


async def test_a_faster_colleague_stops_a_reply(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    await dana.open_conversation(here.id)
    thread = dana.replica.thread(here.id)
    assert thread is not None
    seen = thread.messages[-1].seq
    await sarah.send(here.id, "On it", seen_seq=seen)
    assert await dana.send(here.id, "Let me help", seen_seq=seen) is SendState.FAILED
    [stopped] = dana.replica.outgoing.all()
    assert [each.body for each in stopped.newer] == ["On it"]
    assert await dana.resend(stopped.id) is SendState.SENT


async def test_typing_is_seen_by_the_other_side(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    await john.typing(here.id)
    typed = sarah.replica.attention
    start = here.created_at
    await until(sarah, lambda: bool(typed.typing(here.id, start)))


@pytest.mark.parametrize("seed", range(4))
async def test_after_anything_a_replica_equals_a_fresh_one(opened: Opener, seed: int) -> None:
    john, dana, sarah, mike = [await opened(each) for each in (JOHN, DANA, SARAH, MIKE)]
    await asked(john, dana, sarah)
    random = Random(seed)
    agents = (dana, sarah, mike)
    for step in range(25):
        await do_anything(random, step, john, agents)
    await john.send((await john.portal_conversation()).id, "the end")
    last = (await john.portal_conversation()).id
    await until(dana, lambda: preview(dana, last) == "the end")
    for desk, email in ((john, JOHN), (dana, DANA), (sarah, SARAH), (mike, MIKE)):
        await assert_equal(desk, await opened(email))


async def assert_equal(desk: Desk, fresh: Desk) -> None:
    """What a desk holds is what a fresh one gets; the snapshot leaves ended conversations to lists."""
    for each in desk.replica.conversations():
        await desk.open_conversation(each.id)
        await fresh.open_conversation(each.id)
    await until(desk, lambda: known(desk) == known(fresh))
    for each in fresh.replica.conversations():
        await until(desk, lambda key=each.id: thread_of(desk, key) == thread_of(fresh, key))  # type: ignore[misc]


async def do_anything(random: Random, step: int, john: Desk, agents: tuple[Desk, ...]) -> None:
    """One random command by somebody; refusals are as good as anything."""
    agent = random.choice(agents)
    mine = (await john.portal_conversation()).id
    assignee = random.choice(agents).replica.member_id
    commands: list[Callable[[], Awaitable[object]]] = [
        lambda: john.send(mine, f"question {step}"),
        lambda: agent.send(mine, f"answer {step}"),
        lambda: agent.send(mine, f"note {step}", Visibility.INTERNAL),
        lambda: agents[0].patch(mine, assignee_id=assignee),
        lambda: agent.patch(mine, priority=random.choice(list(Priority)), add_tags=[f"t{step % 5}"]),
        lambda: agent.patch(mine, status=random.choice(["open", "pending", "resolved", "closed"])),
        lambda: agent.open_conversation(mine),
        lambda: agent.mark_read(mine),
        lambda: john.mark_read(mine),
    ]
    with contextlib.suppress(ApiError):
        await random.choice(commands)()


def known(desk: Desk) -> dict[str, Conversation]:
    """What a desk knows of conversations, but for presence, which is the roster's."""
    return {
        each.id: replace(each, assignee=each.assignee and replace(each.assignee, presence=Presence.OFFLINE))
        for each in desk.replica.conversations()
    }


def thread_of(desk: Desk, conversation_id: str) -> tuple[Message, ...]:
    thread = desk.replica.thread(conversation_id)
    return thread.messages if thread else ()


def preview(desk: Desk, conversation_id: str) -> str | None:
    held = desk.replica.conversation(conversation_id)
    return held.preview if held else None


async def test_every_reading_route_is_understood(opened: Opener) -> None:
    john, dana, sarah = await opened(JOHN), await opened(DANA), await opened(SARAH)
    here = await asked(john, dana, sarah)
    api = dana.api
    assert (await api.me()) == dana.replica.me
    assert {each.email for each in (await api.members()).items} >= {DANA, SARAH, MIKE}
    assert (await api.personas()).next_cursor is None
    assert JOHN in {each.email for each in (await api.contacts()).items}
    assert (await api.organization()).slug == "designpi"
    assert any(each.current for each in (await api.sessions()).items)
    [assignment] = (await api.assignments(here.id)).items
    assert assignment.assignee
    assert assignment.assignee.name == "Sarah Johnson"
    assert here.ticket
    assert (await api.tickets()).items[0].id == here.ticket.id
    ticket = await dana.load_ticket(here.ticket.id)
    assert ticket.description == "My printer is on fire"
    assert dana.replica.ticket(ticket.id) == ticket
    assert here.contact
    assert (await api.contact(here.contact.id)).email == JOHN
    assert await api.conversation(here.id)
    assert (await api.patch_me(presence="away")).member_id == dana.replica.member_id
    made = await dana.create_conversation(contact_id=here.contact.id, body="How is it now?")
    assert made.previous_id == here.id


def status(desk: Desk, conversation_id: str) -> Status | None:
    held = desk.replica.conversation(conversation_id)
    return held.status if held else None
