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
