"""Assigning by the first reply, where an organization wants it."""

import asyncio

from tests.contract.desk import Desk, Person, Reply


async def post(who: Person, where: str, **body: object) -> Reply:
    return await who.post(f"conversations/{where}/messages", body)


async def test_the_first_reply_assigns_where_the_organization_wants_it(desk: Desk) -> None:
    await desk.settings(staff_sees="unassigned", assign_on_first_reply=True)
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=None)
    await desk.note(desk.mike, one["id"], "A note takes nothing")
    assert (await desk.numbered(1))["assignee"] is None
    await desk.send(desk.mike, one["id"], "Mine")
    seen = await desk.numbered(1)
    assert seen["assignee"]["id"] == desk.mike.id
    assert seen["agent_joined_at"] is not None
    history = (await desk.dana.get(f"conversations/{one['id']}/assignments")).ok["items"]
    assert history[0]["reason"] == "first_reply"
    (await desk.sarah.get(f"conversations/{one['id']}")).problem(404, "not_found")


async def test_twenty_first_replies_assign_one(desk: Desk) -> None:
    await desk.settings(staff_sees="unassigned", assign_on_first_reply=True)
    one = await desk.numbered(1)
    await desk.change(desk.dana, one["id"], assignee_id=None)
    replies = await asyncio.gather(
        *(
            post(who, one["id"], id=desk.new_id(), body="Me")
            for _ in range(10)
            for who in (desk.sarah, desk.mike)
        )
    )
    assert sorted(each.status for each in replies) == [201] * 10 + [404] * 10
