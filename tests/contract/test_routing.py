"""Automatic assignment: who gets a conversation, when, with which reason, and that no maximum is exceeded."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from deskterm.server.desk.organizations import do_add_person
from deskterm.server.storage import organizations, queue
from deskterm.server.storage.database import Reader
from tests.contract.desk import Desk, Person
from tests.contract.live import Live, rest, socket_of
from tests.contract.shapes import Json


async def there(desk: Desk, stack: AsyncExitStack, *people: Person) -> list[Live]:
    """These come online, and the desk knows."""
    sockets = []
    for each in people:
        live = await stack.enter_async_context(socket_of(desk, each))
        await live.subscribe(None)
        sockets.append(live)
    await attended(desk)
    return sockets


async def attended(desk: Desk) -> None:
    """Wait until what the hub knows of who is there is stored."""
    services = desk.services

    def stored(reader: Reader) -> frozenset[tuple[int, bytes]]:
        return queue.present(reader, services.db.node)

    while services.db.read(stored) != services.hub.presence.present():  # noqa: ASYNC110
        await asyncio.sleep(0)
    await services.hub.settle()


async def free(desk: Desk, person: Person, maximum: int | None) -> None:
    """Let somebody have so many open conversations at most."""
    (await desk.dana.patch(f"members/{person.id}", {"max_concurrent": maximum})).accepted()


async def lines(desk: Desk, conversation_id: str) -> list[str]:
    thread = await desk.thread(desk.dana, conversation_id)
    return [each["body"] for each in thread if each["kind"] == "activity"]


async def history(desk: Desk, conversation_id: str) -> list[Json]:
    items: list[Json] = (await desk.dana.get(f"conversations/{conversation_id}/assignments")).ok["items"]
    return items


async def new_customer(desk: Desk, number: int) -> Person:
    """One more customer, signed in."""
    email, services = f"customer{number}@example.com", desk.services
    found = services.db.read(lambda reader: organizations.by_slug(reader, "designpi"))
    assert found is not None
    key = found.key
    hashed = services.passwords.hash_now("customer123")
    await services.db.write(
        lambda tx: do_add_person(
            tx, key, email=email, name=f"Customer {number}", role="customer", password_hash=hashed
        )
    )
    return await desk.enter(email, "customer123", contact=True)


async def written_by_bob(desk: Desk, text: str = "Hello") -> str:
    """A conversation of a customer who had none: its first message."""
    conversation = (await desk.bob.get("portal/conversation")).ok["id"]
    await desk.send(desk.bob, conversation, text)
    return str(conversation)


async def test_the_least_busy_agent_who_is_there_gets_the_first_message(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    await free(desk, desk.sarah, 10)
    await free(desk, desk.mike, 2)
    async with AsyncExitStack() as stack:
        sarah, mike = await there(desk, stack, desk.sarah, desk.mike)
        conversation = await written_by_bob(desk)
        shown = await desk.see(desk.dana, conversation)
        assert shown["assignee"]["name"] == "Sarah Johnson"
        (entry,) = await history(desk, conversation)
        assert (entry["reason"], entry["assigned_by"]) == ("auto", None)
        assert entry["explanation"] == "Least busy of 2 who could take it: 1 of 10 open."
        assert await lines(desk, conversation) == [f"Assigned to Sarah Johnson. {entry['explanation']}"]
        await rest(desk, sarah, mike)
        assert sarah.of("conversation.granted")[-1]["conversation"]["id"] == conversation
        assert conversation not in str(mike.events)


async def test_nobody_there_leaves_it_in_the_queue_and_says_so(desk: Desk) -> None:
    await desk.settings(assignment="round_robin")
    conversation = await written_by_bob(desk)
    await desk.send(desk.bob, conversation, "Anybody?")
    assert (await desk.see(desk.dana, conversation))["assignee"] is None
    assert await lines(desk, conversation) == ["Waits in the queue. Nobody is online."]
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.mike)
        assert (await desk.see(desk.dana, conversation))["assignee"]["name"] == "Mike Chen"


async def test_who_is_away_full_or_disabled_gets_nothing(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    await free(desk, desk.mike, 1)
    (await desk.sarah.patch("me", {"presence": "away"})).accepted()
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah, desk.mike)
        conversation = await written_by_bob(desk)
        said = (
            "Waits in the queue. Nobody could take it:"
            " Mike Chen has reached the maximum, 1 of 1 open; Sarah Johnson is away."
        )
        assert await lines(desk, conversation) == [said]
        (await desk.sarah.patch("me", {"presence": "auto"})).accepted()
        assert (await desk.see(desk.dana, conversation))["assignee"]["name"] == "Sarah Johnson"
        (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})).accepted()
        assert (await desk.see(desk.dana, conversation))["assignee"] is None


async def test_a_conversation_without_messages_is_not_given_out(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
        conversation = (await desk.bob.get("portal/conversation")).ok["id"]
        assert (await desk.see(desk.dana, conversation))["assignee"] is None
        why = (await desk.dana.get(f"conversations/{conversation}/routing")).ok
        assert (why["chosen"], why["reason"]) == (None, "Its contact has not written yet.")


async def test_a_free_slot_pulls_by_priority_and_then_who_waits_longest(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    for each in (one, two):
        await desk.change(desk.dana, each["id"], assignee_id=None)
    await desk.change(desk.dana, two["id"], priority="normal")
    await desk.change(desk.dana, one["id"], priority="normal")
    three = await written_by_bob(desk)
    await desk.change(desk.dana, three, priority="urgent")
    await free(desk, desk.sarah, 1)
    await desk.settings(assignment="balanced")
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
        got = []
        for _ in range(3):
            (mine,) = await desk.listed(desk.sarah, status="open")
            got.append(mine)
            await desk.change(desk.sarah, mine, status="pending")
    waits = {each["id"]: each["waiting_since"] or "9" for each in (one, two)}
    assert got == [three, *sorted(waits, key=lambda each: waits[each])]


async def test_raising_a_maximum_pulls_and_switching_on_spreads(desk: Desk) -> None:
    conversation = await written_by_bob(desk)
    await free(desk, desk.sarah, 1)
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
        await desk.settings(assignment="balanced")
        assert (await desk.see(desk.dana, conversation))["assignee"] is None
        await free(desk, desk.sarah, 2)
        assert (await desk.see(desk.dana, conversation))["assignee"]["name"] == "Sarah Johnson"


async def test_what_an_agent_gives_back_goes_to_somebody_else_or_waits(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    one = (await desk.numbered(1))["id"]
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
        assert (await desk.sarah.patch(f"conversations/{one}", {"assignee_id": None})).status == 204
        assert (await desk.see(desk.dana, one))["assignee"] is None
        said = "Waits in the queue. Nobody could take it: Sarah Johnson gave it back."
        assert (await lines(desk, one))[-1] == said
        await there(desk, stack, desk.mike)
        assert (await desk.see(desk.dana, one))["assignee"]["name"] == "Mike Chen"


async def test_reopening_what_nobody_has_gives_it_out(desk: Desk) -> None:
    conversation = await written_by_bob(desk)
    await desk.change(desk.dana, conversation, status="resolved")
    await desk.settings(assignment="round_robin")
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
        await desk.send(desk.bob, conversation, "Not yet")
        assert (await desk.see(desk.dana, conversation))["assignee"]["name"] == "Sarah Johnson"


async def test_who_stays_away_loses_open_conversations_to_the_queue(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    (await desk.sarah.patch("me", {"presence": "away"})).accepted()
    desk.clock.advance(29 * 60)
    await desk.services.jobs.tick()
    assert (await desk.see(desk.dana, one))["assignee"]["name"] == "Sarah Johnson"
    (await desk.sarah.patch("me", {"name": "Sarah J."})).accepted()  # is no coming back
    desk.clock.advance(2 * 60)
    await desk.services.jobs.tick()
    assert (await desk.see(desk.dana, one))["assignee"] is None
    entry, *_ = await history(desk, one)
    assert (entry["reason"], entry["assignee"], entry["assigned_by"]) == ("returned", None, None)
    assert entry["explanation"] == "Sarah J. has been away for 30 minutes."
    three = await desk.numbered(3)
    assert three["assignee"]["name"] == "Sarah J.", "a pending one waits for its contact"


async def test_away_returns_go_straight_to_who_is_there_and_can_be_switched_off(desk: Desk) -> None:
    one, two = (await desk.numbered(1))["id"], (await desk.numbered(2))["id"]
    await desk.settings(assignment="balanced", away_return_minutes=0)
    (await desk.sarah.patch("me", {"presence": "away"})).accepted()
    desk.clock.advance(3600)
    await desk.services.jobs.tick()
    assert (await desk.see(desk.dana, one))["assignee"]["name"] == "Sarah Johnson"
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.mike)
        await desk.settings(away_return_minutes=5)
        desk.clock.advance(10)
        await desk.services.jobs.tick()
        assert {(await desk.see(desk.dana, each))["assignee"]["name"] for each in (one, two)} == {"Mike Chen"}


async def test_who_left_is_given_nothing_once_the_lease_is_over(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah)
    while any(standing for standing in desk.services.hub.presence.present()):
        desk.clock.advance(60)
        desk.services.hub.tick()
        await asyncio.sleep(0)
    await attended(desk)
    conversation = await written_by_bob(desk)
    assert (await desk.see(desk.dana, conversation))["assignee"] is None


async def test_why_is_told_of_every_agent_and_changes_nothing(desk: Desk) -> None:
    one = await desk.numbered(1)
    await desk.settings(assignment="round_robin")
    before = (await desk.dana.get("sync/snapshot")).ok["cursor"]
    why = (await desk.dana.get(f"conversations/{one['id']}/routing")).ok
    assert (why["number"], why["assignment"], why["chosen"]) == (1, "round_robin", None)
    assert why["reason"] == "Sarah Johnson has it already."
    assert {each["name"]: each["reason"] for each in why["agents"]} == {
        "Dana Whitfield": "is offline",
        "Sarah Johnson": "is offline",
        "Mike Chen": "is offline",
    }
    assert (await desk.dana.get("sync/snapshot")).ok["cursor"] == before
    room = (await desk.dana.get("groups")).ok["items"][0]["id"]
    (await desk.dana.get(f"conversations/{room}/routing")).problem(409, "conflict")


async def test_parallel_first_messages_never_exceed_a_maximum(desk: Desk) -> None:
    await desk.settings(assignment="balanced")
    for person, maximum in ((desk.sarah, 7), (desk.mike, 4)):
        await free(desk, person, maximum)
    visitors = [await new_customer(desk, number) for number in range(30)]
    places = await asyncio.gather(*(each.get("portal/conversation") for each in visitors))
    async with AsyncExitStack() as stack:
        await there(desk, stack, desk.sarah, desk.mike)
        await asyncio.gather(
            *(
                desk.send(who, place.ok["id"], f"Help {number}")
                for number, (who, place) in enumerate(zip(visitors, places, strict=True))
            )
        )
        listed = (await desk.dana.get("conversations", status="open", limit=200)).ok["items"]
        loads = Counter(each["assignee"]["name"] for each in listed if each["assignee"])
        assert loads == {"Sarah Johnson": 7, "Mike Chen": 4}
        mine = await desk.listed(desk.mike, status="open")
        await asyncio.gather(*(desk.change(desk.mike, each, status="resolved") for each in mine[:3]))
        assert len(await desk.listed(desk.mike, status="open")) == 4, "each free slot pulls one"
