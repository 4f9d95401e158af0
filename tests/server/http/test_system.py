"""The public addresses, and what every answer carries."""

from aiohttp import ClientSession


async def test_healthz_names_the_product(http: ClientSession) -> None:
    async with http.get("/healthz") as answer:
        assert answer.status == 200
        assert (await answer.json())["product"] == "deskterm"


async def test_unknown_address_is_a_problem(http: ClientSession) -> None:
    async with http.get("/api/v1/nothing") as answer:
        assert answer.status == 404
        assert answer.content_type == "application/problem+json"


async def test_wrong_method_names_the_right_ones(http: ClientSession) -> None:
    async with http.post("/healthz") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "GET"
