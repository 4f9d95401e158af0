"""T49: visitors who never said who they are are erased by age, by an admin's word; nobody else is."""

from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from tests.postgres import everything_in
from tests.server.people import DANA, signed_in
from tests.server.visitors import let_in, make_key, say, visitor_of

IDS = IdSource()
DAY = 24 * 3_600


async def test_old_visitors_are_erased_and_those_who_are_waited_for_are_not(
    server: TestServer, http: ClientSession, dana: ClientSession, services: Services, clock: ManualClock
) -> None:
    key = (await make_key(dana))["key"]
    said = []
    for text in ("xanthorrhoea", "still going on", "came back"):
        answer = await let_in(http, key)
        async with visitor_of(server, answer) as visitor:
            said.append((await say(visitor, IDS.new(), text), answer["session"]))
    for sent, _ in (said[0], said[2]):
        path = f"conversations/{sent['conversation_id']}"
        assert (await dana.patch(path, json={"status": "closed"})).status == 200
    kept = {"settings": {"retention": {"visitor_days": 90}}}
    assert (await dana.patch("organization", json=kept)).status == 200

    clock.advance(89 * DAY)
    await let_in(http, key, session=said[2][1])
    async with signed_in(server, DANA) as admin:
        for days, due in ((0, 0), (2, 1)):
            clock.advance(days * DAY)
            async with admin.get("retention") as preview:
                assert (await preview.json())["visitors"] == due
        async with admin.post("retention/run", json={}) as done:
            assert (done.status, (await done.json())["visitors"]) == (200, 1)
        for (sent, _), body in zip(said, ("", "still going on", "came back"), strict=True):
            async with admin.get(f"messages/{sent['id']}") as found:
                assert (await found.json())["body"] == body
        async with admin.get("conversations", params={"q": "xanthorrhoea"}) as found:
            assert (await found.json())["items"] == []
    assert (await let_in(http, key, session=said[0][1]))["session"] != said[0][1]
    await server.close()
    config = services.config
    stored = b"".join(each.read_bytes() for each in config.data.glob("deskterm.db*"))
    stored += b"" if config.postgres is None else everything_in(config.postgres)
    assert b"xanthorrhoea" not in stored
    assert b"came back" in stored
