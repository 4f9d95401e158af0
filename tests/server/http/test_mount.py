"""The desk inside of somebody else's aiohttp application."""

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock
from deskterm.server.config import Config
from tests.server.people import SARAH, settle


async def test_a_desk_under_a_prefix(config: Config, clock: ManualClock) -> None:
    async def own_page(request: web.Request) -> web.Response:
        return web.Response(text="the host's own page")

    host = web.Application()
    desk = make_app(config, clock=clock)
    host.router.add_get("/", own_page)
    host.add_subapp("/help/desk", desk)
    server = TestServer(host, host="127.0.0.1")
    async with server, ClientSession(base_url=server.make_url("/")) as http:
        await settle(desk[SERVICES])
        async with http.get("/") as answer:
            assert await answer.text() == "the host's own page"
        body = {"email": SARAH, "password": "staff123"}
        async with http.post("/help/desk/api/v1/auth/login", json=body) as answer:
            token = (await answer.json())["token"]
        headers = {"Authorization": f"Bearer {token}"}
        async with http.get("/help/desk/api/v1/me", headers=headers) as answer:
            assert (await answer.json())["user"]["email"] == SARAH
        async with http.get("/help/desk/nothing") as answer:
            assert (answer.status, (await answer.json())["code"]) == (404, "not_found")
        async with http.delete("/help/desk/api/v1/me", headers=headers) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "GET, PATCH")
        async with http.get("/api/v1/me", headers=headers) as answer:
            assert answer.status == 404
            assert answer.content_type == "text/plain"  # the host's own answer
