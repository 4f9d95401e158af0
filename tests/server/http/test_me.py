"""Who is signed in."""

from aiohttp import ClientSession


async def test_an_agent_sees_the_settings(sarah: ClientSession) -> None:
    async with sarah.get("me") as answer:
        me = await answer.json()
    assert me["member"]["role"] == "staff"
    assert me["organization"]["settings"]["staff_sees"] == "assigned"
    assert me["contact"] is None


async def test_a_customer_sees_a_welcome_and_no_settings(john: ClientSession) -> None:
    async with john.get("me") as answer:
        me = await answer.json()
    assert me["contact"]["email"] == "john.doe@example.com"
    assert set(me["organization"]) == {"name", "logo", "welcome", "support"}


async def test_unread_conversations_are_counted_for_whoever_works_elsewhere(
    john: ClientSession, dana: ClientSession, sarah: ClientSession
) -> None:
    async def unread(of: ClientSession) -> int:
        async with of.get("me/unread") as answer:
            assert answer.status == 200
            count: int = (await answer.json())["conversations"]
            return count

    assert await unread(dana) == 0
    async with john.get("portal/conversation") as answer:
        own = (await answer.json())["id"]
    for number in (1, 2):
        body = {"id": f"00000000-0000-7000-8000-00000000000{number}", "body": "Hello?"}
        async with john.post(f"conversations/{own}/messages", json=body) as answer:
            assert answer.status == 201
    assert await unread(dana) == 1  # conversations, not messages
    assert await unread(sarah) == 0  # it is not hers
    assert await unread(john) == 0


async def test_a_person_is_told_where_else_they_may_go(nora: ClientSession) -> None:
    async with nora.get("me/organizations") as answer:
        assert await answer.json() == {
            "items": [{"slug": "northwind", "name": "Northwind", "role": "admin", "current": True}]
        }
