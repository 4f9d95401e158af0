"""Saved views: shared ones that admins write, one's own, their counts, and what is told live."""

from tests.contract.desk import Desk, Person
from tests.contract.live import rest, socket_of
from tests.contract.shapes import UNSEEN, Json

KEYS = {"id", "visibility", "name", "q", "sort", "created_at", "updated_at", "rev"}


async def keep(who: Person, name: str, q: str, **more: str) -> Json:
    return (await who.post("views", {"name": name, "q": q} | more)).ok


async def names(who: Person) -> list[str]:
    return [each["name"] for each in (await who.get("views", limit=200)).ok["items"]]


async def counts(who: Person, *ids: str) -> list[Json]:
    return list((await who.get("views/counts", ids=",".join(ids))).ok["items"])


async def test_agents_have_the_shared_ones_and_their_own(desk: Desk) -> None:
    shared = await keep(desk.dana, "Late", "status:open waiting>30m", visibility="shared")
    own = await keep(desk.sarah, "Mine", "assignee:me   -tag:spam", sort="waiting_since")
    assert set(shared) == KEYS
    assert (own["visibility"], own["q"], own["sort"]) == ("own", "assignee:me -tag:spam", "waiting_since")
    assert sorted(await names(desk.sarah)) == ["Late", "Mine"]
    assert await names(desk.dana) == await names(desk.mike) == ["Late"]
    assert await names(desk.nora) == []
    path, missing = f"views/{own['id']}", await desk.dana.get(f"views/{UNSEEN}")
    for other in (desk.dana, desk.mike, desk.nora):
        assert (await other.get(path)).raw == missing.raw
        (await other.patch(path, {"name": "Theirs"})).problem(404, "not_found")
        (await other.delete(path)).problem(404, "not_found")
    for call in (
        desk.sarah.patch(f"views/{shared['id']}", {"name": "X"}),
        desk.sarah.delete("views/" + shared["id"]),
    ):
        (await call).problem(403, "forbidden")
    (await desk.sarah.post("views", {"name": "X", "q": "tag:a", "visibility": "shared"})).problem(
        403, "forbidden"
    )
    (await desk.sarah.patch(path, {"visibility": "shared"})).problem(403, "forbidden")
    assert (await desk.sarah.get(path)).ok == own
    assert (await desk.dana.delete(f"views/{shared['id']}")).status == 204
    assert await names(desk.mike) == []
    [gone] = (await desk.dana.get("audit", action="view.deleted")).ok["items"]
    assert (gone["actor"]["id"], gone["entity_id"]) == (desk.dana.id, shared["id"])


async def test_names_are_taken_once_and_filters_are_right(desk: Desk) -> None:
    first = await keep(desk.sarah, "VIP", "tag:vip")
    await keep(desk.mike, "vip", "tag:vip")
    (await desk.sarah.post("views", {"name": " vip ", "q": "tag:x"})).problem(409, "conflict")
    assert (await desk.sarah.patch(f"views/{first['id']}", {"name": "Vip"})).ok["name"] == "Vip"
    for q, at in (("status:opne", 7), ("tag:a assignee:me,zoe", 18)):
        found = (await desk.sarah.post("views", {"name": "Other", "q": q})).problem(422, "invalid")["errors"][
            0
        ]
        assert (found["loc"], found["at"]) == (["body", "q"], at)
    for fields in ({"name": ""}, {"name": "x" * 41}, {"q": " "}, {"sort": "name"}, {"visibility": "all"}):
        (await desk.sarah.patch(f"views/{first['id']}", fields)).problem(422, "invalid")
    assert (await desk.sarah.patch(f"views/{first['id']}", {"name": "Vip", "q": "tag:VIP"})).ok[
        "rev"
    ] > first["rev"]


async def test_a_count_is_what_its_reader_would_find(desk: Desk) -> None:
    one = (await desk.numbered(1))["id"]
    await desk.dana.patch(f"conversations/{one}", {"add_tags": ["vip"]})
    tagged = await keep(desk.dana, "Tagged", "tag:vip", visibility="shared")
    mine = await keep(desk.dana, "Mine", "status:open assignee:me", visibility="shared")
    queue = await keep(desk.dana, "Open", "status:open", visibility="shared")
    asked = [tagged["id"], mine["id"], queue["id"]]
    for who in (desk.dana, desk.sarah, desk.mike):
        found = [
            len((await who.get("conversations", q=each["q"])).ok["items"]) for each in (tagged, mine, queue)
        ]
        assert [each["count"] for each in await counts(who, *asked)] == found
    assert await counts(desk.nora, *asked) == []
    assert {each["id"] for each in (await desk.sarah.get("views/counts")).ok["items"]} == set(asked)
    (await desk.sarah.get("views/counts", ids="nonsense")).problem(422, "invalid")


async def test_counts_are_asked_of_the_database_once_in_a_while(desk: Desk) -> None:
    view = await keep(desk.dana, "Tagged", "tag:vip", visibility="shared")
    assert [each["count"] for each in await counts(desk.dana, view["id"])] == [0]
    one = (await desk.numbered(1))["id"]
    await desk.dana.patch(f"conversations/{one}", {"add_tags": ["vip"]})
    assert [each["count"] for each in await counts(desk.dana, view["id"])] == [0]
    desk.clock.advance(5)
    assert [each["count"] for each in await counts(desk.dana, view["id"])] == [1]


async def test_consoles_are_told_of_what_they_have_and_of_what_is_taken_from_them(desk: Desk) -> None:
    async with (
        socket_of(desk, desk.dana) as dana,
        socket_of(desk, desk.mike) as mike,
        socket_of(desk, desk.john) as john,
    ):
        for each in (dana, mike, john):
            await each.subscribe()
        own = await keep(desk.dana, "Late", "waiting>30m")
        path = f"views/{own['id']}"
        shared = (await desk.dana.patch(path, {"visibility": "shared"})).ok
        again = (await desk.dana.patch(path, {"visibility": "own"})).ok
        await rest(desk, dana, mike, john)
        assert mike.of("view.created") == []
        assert mike.of("view.updated") == [{"view": shared}]
        [gone] = mike.of("view.deleted")
        assert gone["view_id"] == own["id"]
        assert shared["rev"] < gone["rev"] < again["rev"]
        assert dana.of("view.updated")[-1] == {"view": again}
        assert not [event for event in john.events if event["kind"].startswith("view.")]
    assert await names(desk.mike) == []
