"""Who is told what: the loser of a conversation, its customer, the other organization."""

import json

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.live.feed import SLICE, Source
from deskterm.server.services import Services
from deskterm.server.storage.database import Tx
from tests.server.live.conftest import MIA_TEXT, Rest
from tests.server.live.desk import assigned, call, me, patch, send, write_in
from tests.server.live.watcher import snapshot, watching
from tests.server.people import MIKE, NINA, SARAH, signed_in

CANARY = "CANARY"


class TestReassignment:
    async def test_the_loser_is_told_without_content_and_hears_nothing_more(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        rest: Rest,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        _, before = await snapshot(sarah)
        async with watching(server, sarah) as loser, watching(server, mike) as winner:
            await loser.subscribe()
            await winner.subscribe()
            await patch(dana, conversation_id, assignee_id=await me(mike), subject=f"{CANARY} subject")
            await send(john, conversation_id, f"{CANARY} message")
            await send(mike, conversation_id, f"{CANARY} note", visibility="internal")
            await patch(mike, conversation_id, add_tags=[CANARY.lower()])
            await rest(loser, winner)
            assert loser.kinds == ["conversation.revoked"]
            revoked = loser.events[0]["data"]
            assert revoked == {
                "conversation_id": conversation_id,
                "rev": revoked["rev"],
                "reason": "reassigned",
                "by": {"id": await me(dana), "name": "Dana Whitfield"},
            }
            assert CANARY not in "".join(loser.raw).upper()
            granted = next(e["data"] for e in winner.events if e["kind"] == "conversation.granted")
            assert granted["conversation"]["id"] == conversation_id
            assert granted["messages"][0]["body"] == "Hello"
            assert winner.replica.conversations[conversation_id]["tags"] == ["canary"]
        async with watching(server, sarah) as watcher:
            await watcher.subscribe(before)
            assert watcher.kinds == ["conversation.revoked"]
            assert CANARY not in "".join(watcher.raw).upper()

    async def test_in_the_middle_of_a_replay_ends_its_content(
        self,
        services: Services,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        for number in range(SLICE + 10):
            await send(sarah, conversation_id, f"message {number}")
        loser = services.sessions.authenticate(sarah.headers["Authorization"])
        lately = services.hub.channel_of(loser.organization_id).lately
        source = Source(services.db, loser, services.hub.make_rendering, lately)
        parts = source.parts(services.hub.turns, 0, 10_000)
        assert (await anext(parts)).pieces
        await patch(dana, conversation_id, assignee_id=await me(mike))
        assert [part.pieces async for part in parts] == [()]

    async def test_who_gets_it_back_has_the_whole_of_it(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        rest: Rest,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        replica, cursor = await snapshot(sarah)
        async with watching(server, sarah) as live:
            await live.subscribe()
            await patch(dana, conversation_id, assignee_id=await me(mike))
            await send(mike, conversation_id, "written meanwhile")
            await patch(dana, conversation_id, assignee_id=await me(sarah))
            await rest(live)
            bodies = [message["body"] for message in live.replica.messages.values()]
            assert "written meanwhile" in bodies
        async with watching(server, sarah, replica) as late:
            await late.subscribe(cursor)
            assert late.kinds[:2] == ["conversation.revoked", "conversation.granted"]
            assert late.replica.messages == live.replica.messages

    async def test_of_two_claims_the_loser_learns_who_won(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        mike: ClientSession,
        john: ClientSession,
        rest: Rest,
    ) -> None:
        await call(dana, "PATCH", "organization", {"settings": {"staff_sees": "unassigned"}})
        conversation_id = await write_in(john)
        async with watching(server, mike) as loser, watching(server, sarah) as winner:
            await loser.subscribe()
            await winner.subscribe()
            await patch(sarah, conversation_id, assignee_id=await me(sarah))
            async with mike.patch(
                f"conversations/{conversation_id}", json={"assignee_id": await me(mike)}
            ) as answer:
                assert answer.status == 404
            await rest(loser, winner)
            revoked = loser.events[-1]["data"]
            assert (revoked["reason"], revoked["by"]["name"]) == ("claimed", "Sarah Johnson")
            assert "conversation.revoked" not in winner.kinds
            assert conversation_id in winner.replica.conversations
            await patch(sarah, conversation_id, assignee_id=None)
            await rest(loser, winner)
            assert loser.events[-1]["kind"] == "conversation.granted"
            assert conversation_id in loser.replica.conversations


class TestCustomers:
    async def test_never_read_what_is_internal(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        jane: ClientSession,
        services: Services,
        support_persona: None,
        rest: Rest,
    ) -> None:
        async with watching(server, john) as customer, watching(server, jane) as stranger:
            await customer.subscribe()
            await stranger.subscribe()
            conversation_id = await assigned(dana, john, sarah)
            note = await send(sarah, conversation_id, f"{CANARY} note", visibility="internal")
            await call(sarah, "PATCH", f"messages/{note['id']}", {"body": f"{CANARY} edited"})
            await patch(
                sarah,
                conversation_id,
                add_tags=[CANARY],
                priority="urgent",
                escalated=True,
                escalated_reason=CANARY,
            )
            ticket = (await call(sarah, "GET", f"conversations/{conversation_id}"))["ticket"]
            await call(sarah, "PATCH", f"tickets/{ticket['id']}", {"description": CANARY, "subject": CANARY})
            await services.db.write(lambda tx: _hide_canaries(tx))
            await send(sarah, conversation_id, "A public answer")
            await call(sarah, "PUT", f"conversations/{conversation_id}/read", {"seq": 1_000_000})
            await patch(sarah, conversation_id, status="resolved")
            await rest(customer, stranger)
            assert stranger.events == []
            text = "".join(customer.raw)
            assert "A public answer" in text
            for secret in (CANARY, CANARY.lower(), "Sarah", "Dana", SARAH, "assignee", "operator", "urgent"):
                assert secret not in text, secret
            assert {"ticket.updated", "assignment.created", "message.updated"}.isdisjoint(customer.kinds)
            allowed = set((await call(john, "GET", f"conversations/{conversation_id}")).keys())
            for event in customer.events:
                assert set(event["data"].get("conversation", {})) <= allowed
                assert set(event["data"]) <= {"message", "conversation", "conversation_id", "seq", "unread"}
            assert all(m["kind"] != "activity" or CANARY not in m["body"] for m in _messages(customer.events))

    async def test_do_not_see_the_roster(
        self, server: TestServer, dana: ClientSession, mike: ClientSession, john: ClientSession, rest: Rest
    ) -> None:
        async with watching(server, john) as customer, watching(server, dana) as admin:
            await customer.subscribe()
            await admin.subscribe()
            await call(mike, "PATCH", "me", {"name": "Michael Chen"})
            await rest(customer, admin)
            assert customer.events == []
            assert admin.events[-1]["data"]["member"]["name"] == "Michael Chen"
        page = await call(john, "GET", "sync/snapshot")
        assert page["members"] == []
        assert MIKE not in json.dumps(page)


def _messages(events: list[dict[str, dict[str, dict[str, str]]]]) -> list[dict[str, str]]:
    return [event["data"]["message"] for event in events if "message" in event["data"]]


def _hide_canaries(tx: Tx) -> int:
    return tx.run(
        "UPDATE conversation SET metadata = :json, page_url = :text, referrer = :text",
        json=json.dumps({"secret": CANARY}),
        text=CANARY,
    )


class TestRoles:
    async def test_staff_read_the_persona_and_admins_who_is_behind_it(
        self,
        server: TestServer,
        dana: ClientSession,
        sarah: ClientSession,
        john: ClientSession,
        support_persona: None,
        rest: Rest,
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        async with (
            watching(server, dana) as admin,
            watching(server, sarah) as staff,
            watching(server, john) as customer,
        ):
            watchers = (admin, staff, customer)
            for watcher in watchers:
                await watcher.subscribe()
            await send(dana, conversation_id, "An answer", persona_id=MIA_TEXT)
            await rest(*watchers)
            shown = [watcher.events[0]["data"]["message"] for watcher in watchers]
            assert {message["author"]["name"] for message in shown} == {"Mia"}
            assert shown[0]["operator"]["name"] == "Dana Whitfield"
            assert shown[1]["operator"] is None
            assert "operator" not in shown[2]

    async def test_a_send_is_one_event_with_one_rev(
        self, server: TestServer, dana: ClientSession, sarah: ClientSession, john: ClientSession, rest: Rest
    ) -> None:
        conversation_id = await assigned(dana, john, sarah)
        async with watching(server, sarah) as watcher:
            await watcher.subscribe()
            sent = await send(john, conversation_id, "One")
            await rest(watcher)
            assert watcher.kinds == ["message.created"]
            data = watcher.events[0]["data"]
            assert (
                sent["rev"]
                == data["message"]["rev"]
                == data["conversation"]["rev"]
                == data["ticket"]["rev"]
                == data["message"]["seq"]
            )


class TestOrganizations:
    async def test_never_hear_of_each_other(
        self, server: TestServer, dana: ClientSession, nora: ClientSession, john: ClientSession, rest: Rest
    ) -> None:
        async with (
            signed_in(server, NINA) as nina,
            watching(server, dana) as ours,
            watching(server, nora) as theirs,
        ):
            await ours.subscribe()
            await theirs.subscribe()
            await write_in(john, "from designpi")
            await write_in(nina, "from northwind")
            await rest(ours, theirs)
            assert "northwind" not in "".join(ours.raw)
            assert "designpi" not in "".join(theirs.raw)
            assert "message.created" in ours.kinds
            assert "message.created" in theirs.kinds

    async def test_a_cursor_of_the_other_one_does_not_lead_there(
        self, server: TestServer, dana: ClientSession, nora: ClientSession, john: ClientSession
    ) -> None:
        _, foreign = await snapshot(nora)
        await write_in(john)
        _, own = await snapshot(dana)
        async with watching(server, nora) as watcher:
            assert (await watcher.hello(own))["mode"] == "need_snapshot"
        async with watching(server, dana) as watcher:
            assert (await watcher.hello(foreign))["mode"] == "need_snapshot"
