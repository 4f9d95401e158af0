"""What many who come back need alike is read once, and never told after it has changed."""

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.live import feed, lately
from deskterm.server.live.lately import Lately
from deskterm.server.services import Services
from deskterm.server.storage import events, messages
from deskterm.server.storage.database import Event, Reader
from tests.server.live.desk import assigned, call, patch, send
from tests.server.live.watcher import snapshot, watching

MESSAGES = 30


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which reads were made: `page` of the log, `message`."""
    made: list[str] = []
    page, by_id = events.page, messages.by_id

    def paging(reader: Reader, organization_id: int, *, after: int, limit: int) -> list[Event]:
        found = page(reader, organization_id, after=after, limit=limit)
        made.extend("row" for _ in found)
        return found

    def loading(reader: Reader, organization_id: int, id_: bytes) -> messages.MessageRow | None:
        made.append("message")
        return by_id(reader, organization_id, id_)

    monkeypatch.setattr(events, "page", paging)
    monkeypatch.setattr(messages, "by_id", loading)
    return made


async def test_ten_who_come_back_cost_the_reads_of_one(
    server: TestServer,
    services: Services,
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    reads: list[str],
) -> None:
    conversation_id = await assigned(dana, john, sarah)
    _, cursor = await snapshot(sarah)
    for number in range(MESSAGES):
        await send(dana, conversation_id, f"while you were away {number}")
    await services.hub.settle()
    costs = []
    async with watching(server, sarah) as staying:
        await staying.subscribe()
        for _ in range(10):
            reads.clear()
            async with watching(server, sarah) as back:
                await back.subscribe(cursor)
                assert [e["data"]["message"]["body"] for e in back.events if "message" in e["data"]] == [
                    f"while you were away {number}" for number in range(MESSAGES)
                ]
            costs.append(len(reads))
    assert costs[0] >= 2 * MESSAGES
    assert costs[1:] == [0] * 9


async def test_messages_stay_known_while_others_come(
    server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession, reads: list[str]
) -> None:
    """Who is behind would else read them all again for each new one, and fall behind further."""
    conversation_id = await assigned(dana, john, sarah)
    _, cursor = await snapshot(sarah)
    for number in range(MESSAGES):
        await send(dana, conversation_id, f"while you were away {number}")
    async with watching(server, sarah) as staying:
        await staying.subscribe(cursor)
        await send(dana, conversation_id, "one more")
        await staying.until_kind("message.created")
        reads.clear()
        async with watching(server, sarah) as back:
            await back.subscribe(cursor)
            assert back.kinds.count("message.created") == MESSAGES + 1
        assert reads.count("message") == 1


async def test_what_has_changed_is_read_again(
    server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    conversation_id = await assigned(dana, john, sarah)
    _, cursor = await snapshot(sarah)
    note = await send(sarah, conversation_id, "a note", visibility="internal")
    async with watching(server, sarah) as staying:
        await staying.subscribe()
        for text in ("as it was", "corrected", "corrected again"):
            await call(sarah, "PATCH", f"messages/{note['id']}", {"body": text})
            await patch(sarah, conversation_id, subject=text)
            async with watching(server, sarah) as back:
                await back.subscribe(cursor)
                assert back.replica.messages[note["id"]]["body"] == text
                assert back.replica.conversations[conversation_id]["subject"] == text
        await call(dana, "PATCH", "me", {"name": "Dana Renamed"})
        await send(dana, conversation_id, "from Dana")
        async with watching(server, sarah) as back:
            await back.subscribe(cursor)
            assert [m["author"]["name"] for m in back.replica.messages.values()][-1] == "Dana Renamed"


async def test_what_is_kept_is_forgotten_when_nobody_needs_it(
    server: TestServer, services: Services, dana: ClientSession, sarah: ClientSession, john: ClientSession
) -> None:
    await assigned(dana, john, sarah)
    async with watching(server, dana) as staying:
        await staying.subscribe()
        kept = services.hub.channel_of(1).lately.kept
        services.hub.tick()
        assert services.hub.channel_of(1).lately.kept is kept
        services.hub.tick()
        assert services.hub.channel_of(1).lately.kept is not kept


async def test_nobody_holds_the_event_loop_for_more_than_a_page_of_the_log(
    server: TestServer,
    services: Services,
    dana: ClientSession,
    sarah: ClientSession,
    john: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However far behind those are who come back, and whoever was there before."""
    monkeypatch.setattr(feed, "PAGE", 10)
    page, lengths = events.page, list[int]()

    def paging(reader: Reader, organization_id: int, *, after: int, limit: int) -> list[Event]:
        found = page(reader, organization_id, after=after, limit=limit)
        lengths.append(len(found))
        return found

    monkeypatch.setattr(events, "page", paging)
    conversation_id = await assigned(dana, john, sarah)
    _, cursor = await snapshot(sarah)
    sent = [await send(dana, conversation_id, f"{number}") for number in range(MESSAGES)]
    async with watching(server, sarah) as staying:
        await staying.subscribe()
        for _ in range(10):
            async with watching(server, sarah) as back:
                await back.subscribe(cursor)
                assert {each["id"] for each in sent} <= set(back.replica.messages)
    assert max(lengths) <= 10
    assert sum(lengths) <= 2 * len(sent), "and soon the log is read for all of them"


async def test_who_is_far_behind_reads_alone(
    services: Services,
    dana: ClientSession,
    john: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lately, "EVENTS_KEPT", 5)
    conversation_id = await assigned(dana, john, None)
    kept = Lately(1)

    def page(after: int) -> list[int]:
        def read(reader: Reader) -> list[int]:
            kept.renew(reader)
            return [event.seq for event in kept.page(reader, after, 100)]

        return services.db.read(read)

    def newest() -> int:
        return services.db.read(lambda reader: events.head(reader, 1)).seq

    end = newest()
    for after in (end - 2, end - 4, 0, end - 1, end):
        assert page(after) == list(range(after + 1, end + 1))
    for number in range(4):  # more news than are kept, too
        for _ in range(number):
            await send(dana, conversation_id, "news")
        end = newest()
        assert page(end - 3) == [end - 2, end - 1, end]
