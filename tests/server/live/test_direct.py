"""Direct conversations: told to those who take part and to admins, unread counted for each by themselves."""

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.server.services import Services
from deskterm.server.storage import conversations
from deskterm.server.storage.database import Audience, Tx
from tests.server.live.conftest import Rest
from tests.server.live.desk import call, me, send
from tests.server.live.watcher import snapshot, watching

DIRECT = bytes(15) + b"\x09"


@pytest.fixture
async def direct(services: Services, sarah: ClientSession, john: ClientSession) -> str:
    """A direct conversation between Sarah and John, who are in it by name."""
    member = to_bytes(await me(sarah))
    contact = to_bytes((await call(john, "GET", "me"))["contact"]["id"])

    def make(tx: Tx) -> None:
        seq = tx.take_seq(1)
        tx.record(
            1,
            seq,
            "conversation.created",
            "conversation",
            DIRECT,
            Audience.CONVERSATION,
            conversation_id=DIRECT,
        )
        conversations.insert(
            tx,
            1,
            {
                "id": DIRECT,
                "number": conversations.next_number(tx, 1),
                "kind": "direct",
                "source": "console",
                "rev": seq,
                "created_at": tx.now,
                "updated_at": tx.now,
            },
        )
        for kind, id_ in (("member", member), ("contact", contact)):
            tx.run(
                "INSERT INTO participant (organization_id, conversation_id, kind, participant_id,"
                f" {kind}_id, joined_at) VALUES (1, :conversation, :kind, :id, :id, 0)",
                conversation=DIRECT,
                kind=kind,
                id=id_,
            )

    await services.db.write(make)
    return to_text(DIRECT)


async def test_each_is_told_their_own_unread_count(
    server: TestServer,
    direct: str,
    dana: ClientSession,
    sarah: ClientSession,
    mike: ClientSession,
    john: ClientSession,
    rest: Rest,
) -> None:
    async with (
        watching(server, dana) as admin,
        watching(server, sarah) as agent,
        watching(server, mike) as stranger,
        watching(server, john) as customer,
    ):
        watchers = (admin, agent, stranger, customer)
        for watcher in watchers:
            await watcher.subscribe()
        sent = await send(john, direct, "Just between us")
        await rest(*watchers)
        counts = [each.events[0]["data"]["conversation"]["unread"] for each in (agent, customer)]
        assert counts == [1, 0]
        assert admin.kinds == ["message.created"]
        assert stranger.events == []
        await call(sarah, "PUT", f"conversations/{direct}/read", {"seq": sent["seq"]})
        await rest(*watchers)
        read = agent.events[-1]
        assert read["kind"] == "read.updated"
        assert (read["data"]["seq"], read["data"]["unread"]) == (sent["seq"], 0)
        assert len(customer.events) == len(admin.events) == 1
    assert direct in (await snapshot(sarah))[0].conversations
    assert direct not in (await snapshot(mike))[0].conversations


async def test_who_types_is_shown_by_name_to_who_met_them_by_name(
    server: TestServer, direct: str, support_persona: None, sarah: ClientSession, john: ClientSession
) -> None:
    async with watching(server, sarah) as agent, watching(server, john) as customer:
        await agent.subscribe()
        await customer.subscribe()
        await agent.say("typing", conversation_id=direct)
        while not customer.ephemera("typing"):
            await customer.next()
        assert customer.ephemera("typing")[0]["who"]["name"] == "Sarah Johnson"
