"""Who gets onto the live socket, what closes it, and who is told of whom."""

from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from tests.contract.desk import Desk
from tests.contract.live import Live, listen, rest, socket_of
from tests.contract.shapes import UNSEEN, Json


async def test_a_bad_token_is_refused_at_the_upgrade(desk: Desk) -> None:
    for value in ("Bearer nonsense", "Basic eDp5", "Bearer"):
        with pytest.raises(InvalidStatus) as refused:
            async with socket_of(desk, desk.nobody, headers={"Authorization": value}):
                pass
        assert refused.value.response.status_code == 401


async def test_a_token_in_the_address_is_refused(desk: Desk) -> None:
    for query in ({"token": desk.dana.token}, {"access_token": desk.dana.token}):
        reply = await desk.nobody.get("live", **query)
        assert reply.status in (400, 401)
        assert desk.dana.token.encode() not in reply.raw
    assert (await desk.dana.get("live", organization_id=UNSEEN)).status in (400, 422)


async def test_the_first_frame_may_bring_the_token(desk: Desk) -> None:
    async with socket_of(desk, desk.nobody) as live:
        welcome = await live.hello(token=desk.sarah.token)
        assert (welcome["mode"], welcome["protocol"]) == ("resume", 1)
        assert (await live.until("live"))["cursor"] == welcome["cursor"]
    async with socket_of(desk, desk.nobody) as live:
        await live.say("hello", protocol=1, token="nonsense")
        assert (await live.closed())[0] == 4401
    async with socket_of(desk, desk.nobody) as live:
        await live.say("hello", protocol=1)
        assert (await live.closed())[0] == 4401


@pytest.mark.parametrize(
    "sent",
    ["", "{", "[]", "null", '"x"', "{}", '{"type": "shout"}', '{"type": "typing"}', "\x00", "[" * 50_000],
)
async def test_what_is_no_hello_closes_the_socket(desk: Desk, sent: str) -> None:
    async with socket_of(desk, desk.dana) as live:
        await live.socket.send(sent)
        code, _ = await live.closed()
        assert code is not None
        assert code != 1011
    (await desk.dana.get("me")).accepted()


async def test_a_strange_origin_is_refused(desk: Desk) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:1"):
        try:
            async with socket_of(desk, desk.dana, headers={"Origin": origin}) as live:
                assert (await live.closed())[0] == 4403
        except InvalidStatus as refused:
            assert refused.response.status_code == 403  # noqa: PT017


async def test_typing_is_shown_to_the_other_side_and_notes_to_agents_only(desk: Desk) -> None:
    one = await desk.numbered(1)
    async with AsyncExitStack() as stack:
        dana, sarah, mike, john = await listen(desk, stack, desk.dana, desk.sarah, desk.mike, desk.john)
        await john.say("typing", conversation_id=one["id"])
        await john.say("pong")
        seen = await until_ephemeral(sarah, "typing")
        assert seen["conversation_id"] == one["id"]
        assert "John Doe" in str(seen["who"])
        await sarah.say("typing", conversation_id=one["id"], visibility="internal")
        assert (await until_ephemeral(dana, "typing", lambda d: "Sarah" in str(d["who"])))[
            "visibility"
        ] == "internal"
        await sarah.say("typing", conversation_id=one["id"])
        shown = await until_ephemeral(john, "typing")
        assert "Sarah" not in str(shown)
        assert "Support" in str(shown["who"])
        await rest(desk, mike, john)
        assert mike.ephemera("typing") == []
        assert len(john.ephemera("typing")) == 1


async def until_ephemeral(live: Live, kind: str, wanted=lambda data: True) -> Json:  # type: ignore[no-untyped-def]
    """Read up to ephemeral data of this kind that is wanted."""
    while True:
        frame = await live.next()
        if frame["type"] == "ephemeral" and frame["kind"] == kind and wanted(frame["data"]):
            data: Json = frame["data"]
            return data


async def test_typing_elsewhere_is_shown_to_nobody(desk: Desk) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    async with AsyncExitStack() as stack:
        dana, mike, jane, nora = await listen(desk, stack, desk.dana, desk.mike, desk.jane, desk.nora)
        for live in (mike, jane, nora):
            await live.say("typing", conversation_id=one["id"])
            await live.say("typing", conversation_id=UNSEEN)
            await live.say("viewing", conversation_id=one["id"])
        await jane.say("typing", conversation_id=two["id"], visibility="internal")
        await rest(desk, dana, mike, jane, nora)
        await rest(desk, dana, mike, jane, nora)
        assert dana.ephemera("typing") == [] or all(
            each["conversation_id"] != one["id"] for each in dana.ephemera("typing")
        )
        assert all(each["agents"] == [] for each in dana.ephemera("viewing"))


async def test_presence_is_told_to_agents(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        (sarah,) = await listen(desk, stack, desk.sarah)
        seen = await until_ephemeral(dana, "presence", lambda d: d["member_id"] == desk.sarah.id)
        assert seen["presence"] == "online"
        members = {m["id"]: m["presence"] for m in (await desk.dana.get("members")).ok["items"]}
        assert members[desk.sarah.id] == "online"
        assert (await desk.numbered(1))["assignee"]["presence"] == "online"
        assert (await desk.john.get("organization")).ok["support"]["online"] is True
        (await desk.sarah.patch("me", {"presence": "away"})).accepted()
        members = {m["id"]: m["presence"] for m in (await desk.dana.get("members")).ok["items"]}
        assert members[desk.sarah.id] == "away"
        await rest(desk, sarah, john)
        assert john.ephemera("presence") == []


async def test_contacts_learn_whether_somebody_answers_as_a_persona_never_who(desk: Desk) -> None:
    fields = {"name": "Ana", "open": True, "operator_ids": [desk.sarah.id]}
    made = (await desk.dana.post("personas", fields)).ok

    async def seen() -> bool:
        items = (await desk.john.get("personas")).ok["items"]
        return next(bool(each["online"]) for each in items if each["id"] == made["id"])

    async with AsyncExitStack() as stack:
        dana, john = await listen(desk, stack, desk.dana, desk.john)
        assert not await seen()
        (sarah,) = await listen(desk, stack, desk.sarah)
        told = await until_ephemeral(john, "persona.updated", lambda d: d["persona"]["id"] == made["id"])
        assert told["persona"]["online"] is True
        assert await seen()
        (await desk.sarah.patch("me", {"presence": "away"})).accepted()
        away = await until_ephemeral(
            john,
            "persona.updated",
            lambda d: d["persona"]["id"] == made["id"] and not d["persona"]["online"],
        )
        assert set(away["persona"]) == {*told["persona"]}
        assert "operator_ids" not in away["persona"]
        await rest(desk, sarah, dana)
        assert dana.ephemera("persona.updated") == []


async def test_a_disabled_member_loses_the_socket(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        (sarah,) = await listen(desk, stack, desk.sarah)
        (await desk.dana.patch(f"members/{desk.sarah.id}", {"disabled": True})).accepted()
        assert (await sarah.closed())[0] == 4401


async def test_logging_out_closes_the_sessions_socket(desk: Desk) -> None:
    second = await desk.sign_in("sarah")
    async with AsyncExitStack() as stack:
        mine, other = await listen(desk, stack, desk.sarah, second)
        assert (await second.post("auth/logout")).status == 204
        assert (await other.closed())[0] == 4401
        await rest(desk, mine)


async def test_frames_that_are_too_big_or_strange_hurt_nobody_else(desk: Desk) -> None:
    async with AsyncExitStack() as stack:
        (dana,) = await listen(desk, stack, desk.dana)
        for sent in (
            "x" * 600_000,
            "[" * 100_000,
            b"\xff\x00",
            '{"type": "typing"}',
            '{"type": "typing", "conversation_id": 5}',
        ):
            async with socket_of(desk, desk.sarah) as bad:
                await bad.subscribe()
                await bad.socket.send(sent)
                if len(sent) > 100:
                    assert (await bad.closed())[0] not in (None, 1011)
        await desk.send(desk.john, (await desk.numbered(1))["id"], "Still here")
        await dana.until_kind("message.created")
