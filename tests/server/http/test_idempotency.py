"""`Idempotency-Key`: sent again, a command answers as it did and does nothing."""

from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.clock import ManualClock
from deskterm.server.services import Services
from deskterm.server.storage.database import Event
from tests.server.people import SARAH, signed_in

DAY = 24 * 3600


async def rename(client: ClientSession, name: str, key: str | None = "key") -> tuple[int, Any, bool]:
    headers = {} if key is None else {"Idempotency-Key": key}
    async with client.patch("me", json={"name": name}, headers=headers) as answer:
        return answer.status, await answer.json(), answer.headers.get("Idempotent-Replayed") == "true"


async def test_the_same_request_gets_the_first_answer(sarah: ClientSession, services: Services) -> None:
    heard: list[Event] = []
    status, first, replayed = await rename(sarah, "Sally")
    assert (status, replayed) == (200, False)
    services.db.on_commit(heard.extend)
    assert await rename(sarah, "Sally") == (200, first, True)
    assert heard == []


async def test_the_first_answer_stays_whatever_came_after(sarah: ClientSession) -> None:
    _, first, _ = await rename(sarah, "Sally")
    await rename(sarah, "Sandra", key=None)
    assert await rename(sarah, "Sally") == (200, first, True)
    async with sarah.get("me") as answer:
        assert (await answer.json())["user"]["name"] == "Sandra"


async def test_another_request_under_the_key_is_refused(sarah: ClientSession, dana: ClientSession) -> None:
    await rename(sarah, "Sally")
    status, body, _ = await rename(sarah, "Sandra")
    assert (status, body["code"]) == (409, "id_reused")
    async with sarah.get("me") as answer:
        assert (await answer.json())["user"]["name"] == "Sally"
    await rename(dana, "Dana W", key="other")
    async with dana.patch("organization", json={"name": "X"}, headers={"Idempotency-Key": "other"}) as answer:
        assert answer.status == 409


async def test_keys_belong_to_one_person(sarah: ClientSession, mike: ClientSession) -> None:
    await rename(sarah, "Sally")
    status, body, replayed = await rename(mike, "Sally")
    assert (status, body["user"]["name"], replayed) == (200, "Sally", False)


async def test_a_key_holds_on_all_devices_of_a_person(server: TestServer, sarah: ClientSession) -> None:
    _, first, _ = await rename(sarah, "Sally")
    async with signed_in(server, SARAH) as other:
        assert await rename(other, "Sally") == (200, first, True)


async def test_refusals_are_kept(dana: ClientSession) -> None:
    """The first answer was a refusal: the second one is the same, although it would succeed by now."""
    async with dana.get("members") as answer:
        members = {each["name"]: each["id"] for each in (await answer.json())["items"]}
    demote: dict[str, Any] = {"json": {"role": "staff"}, "headers": {"Idempotency-Key": "key"}}
    async with dana.patch(f"members/{members['Dana Whitfield']}", **demote) as answer:
        first = await answer.json()
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (409, False)
    async with dana.patch(f"members/{members['Sarah Johnson']}", json={"role": "admin"}) as answer:
        assert answer.status == 200
    async with dana.patch(f"members/{members['Dana Whitfield']}", **demote) as answer:
        assert await answer.json() == first
        assert (answer.status, answer.headers["Idempotent-Replayed"]) == (409, "true")
        assert answer.content_type == "application/problem+json"


async def test_what_was_refused_by_the_request_alone_is_not_kept(sarah: ClientSession) -> None:
    assert (await rename(sarah, ""))[0] == 422
    assert (await rename(sarah, "Sally"))[0] == 200


async def test_shutting_down_is_not_kept(sarah: ClientSession, services: Services) -> None:
    services.stage.draining = True
    status, body, _ = await rename(sarah, "Sally")
    assert (status, body["code"]) == (503, "draining")
    services.stage.draining = False
    assert (await rename(sarah, "Sally"))[0] == 200


async def test_keys_are_kept_thirty_days(
    server: TestServer, sarah: ClientSession, clock: ManualClock
) -> None:
    _, first, _ = await rename(sarah, "Sally")
    clock.advance(30 * DAY - 1)
    async with signed_in(server, SARAH) as later:
        assert await rename(later, "Sally") == (200, first, True)
        clock.advance(1)
        assert (await rename(later, "Sandra"))[::2] == (200, False)
        assert (await rename(later, "Sandra"))[::2] == (200, True)


@pytest.mark.parametrize(("key", "status"), [("", 422), ("x" * 200, 200), ("x" * 201, 422)])
async def test_how_long_a_key_may_be(sarah: ClientSession, key: str, status: int) -> None:
    assert (await rename(sarah, "Sally", key))[0] == status


async def test_drafts_keep_no_answers(sarah: ClientSession, services: Services) -> None:
    """They are harmless without, and what was never sent is kept nowhere else."""
    nowhere = f"conversations/{UUID(int=7 << 76 | 8 << 60)}/draft"
    async with sarah.put(nowhere, json={"body": "secret"}, headers={"Idempotency-Key": "d"}) as answer:
        assert answer.status == 404, await answer.text()
    kept = services.db.read(lambda reader: reader.value("SELECT count(*) FROM idempotency_answer"))
    assert kept == 0
