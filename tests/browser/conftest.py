"""A real server, a website of another origin that embeds the chat, and a browser that looks at it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import Clock, SystemClock
from deskterm.server.config import Config, HashCost
from deskterm.server.services import Services
from tests.browser.chromium import PATIENCE, Browser, Page, browser, chromium
from tests.server.people import DANA, settle, signed_in
from tests.server.visitors import make_key

ids = IdSource()


@dataclass
class Place:
    """What a test of the chat has: desk and address, the admin, a website with the chat, the browser."""

    services: Services
    desk: str
    dana: ClientSession
    site: str
    elsewhere: str
    key: str
    browser: Browser

    async def visit(self, path: str = "/pricing", **more: Any) -> Page:
        """A new visitor on the website, with the launcher there."""
        page = await self.browser.open(self.site + path, **more)
        await page.until(LAUNCHER)
        return page

    async def open_chat(self, page: Page) -> None:
        """Click on the launcher."""
        await page.evaluate(f"{LAUNCHER}.click()")
        await page.until("document.activeElement?.id === 'text'", frame=self.desk)

    async def write(self, page: Page, text: str) -> None:
        """Type a message and send it."""
        await page.evaluate("document.getElementById('text').focus()", frame=self.desk)
        await page.evaluate(f"document.getElementById('text').value = {text!r}", frame=self.desk)
        await page.evaluate("document.getElementById('form').requestSubmit()", frame=self.desk)

    async def said(self, page: Page) -> list[str]:
        """The messages in the chat, without who and when."""
        return list(await page.evaluate(MESSAGES, frame=self.desk) or [])

    async def answer(self, text: str) -> dict[str, Any]:
        """Let the admin answer the newest conversation."""
        (newest, *_) = await self.inbox()
        body = {"id": ids.new(), "body": text}
        async with self.dana.post(f"conversations/{newest['id']}/messages", json=body) as sent:
            assert sent.status == 201, await sent.text()
        return newest

    async def nobody_there(self) -> None:
        """Wait until no chat and no console is connected."""
        async with asyncio.timeout(PATIENCE):
            while self.services.hub.connections:  # noqa: ASYNC110 - only looking tells
                await asyncio.sleep(0.01)

    async def inbox(self) -> list[dict[str, Any]]:
        """The conversations from the website, newest first."""
        async with self.dana.get("conversations?source=widget") as answer:
            return list((await answer.json())["items"])

    async def thread(self, conversation: str) -> list[str]:
        """What was said in a conversation, as the desk has it."""
        async with self.dana.get(f"conversations/{conversation}/messages") as answer:
            return [each["body"] for each in (await answer.json())["items"]]


LAUNCHER = (
    "[...document.querySelectorAll('div')].map((e) => e.shadowRoot?.querySelector('button')).find(Boolean)"
)
MESSAGES = """[...document.querySelectorAll('#thread .message')].map((each) =>
    [...each.childNodes].filter((node) => !(node.classList?.contains('by') || node.classList?.contains('at')
        || node.classList?.contains('hidden'))).map((node) => node.textContent).join(''))"""


def website(desk: str, key: str, more: str = "") -> web.Application:
    """A website with the one line that its owner pastes."""
    script = f'<script src="{desk}/widget.js" data-key="{key}" async></script>'

    async def page(request: web.Request) -> web.Response:
        rtl = ' dir="rtl"' if request.path == "/rtl" else ""
        text = (
            f"<!doctype html><html lang=en{rtl}><title>Shop</title><main><h1>Shop</h1></main>{more}{script}"
        )
        return web.Response(text=text, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", page)
    return app


@pytest.fixture(scope="session")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A browser, started once: every page has a profile of its own."""
    with chromium(tmp_path_factory.mktemp("chromium") / "profile") as address:
        yield address


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The desk's; a module may replace it, and the clock."""
    return Config(data=tmp_path / "data", hash_cost=HashCost(memory=8, passes=1))


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


@pytest.fixture
async def place(config: Config, clock: Clock, devtools: str) -> AsyncIterator[Place]:
    """All of it, with the admin signed in and a key for the website."""
    app = make_app(config, clock=clock)
    server = TestServer(app, host="127.0.0.1")
    async with server, browser(devtools) as running:
        await settle(app[SERVICES])
        desk = f"http://127.0.0.1:{server.port}"
        async with signed_in(server, DANA) as dana:
            made = await make_key(dana, allowed_origins=[])
            async with (
                TestServer(website(desk, made["key"]), host="127.0.0.1") as site,
                TestServer(website(desk, made["key"]), host="127.0.0.1") as other,
            ):
                origin = f"http://shop.localhost:{site.port}"
                settings = {"settings": {"widget": {"origins": [origin]}}}
                async with dana.patch("organization", json=settings) as answer:
                    assert answer.status == 200, await answer.text()
                elsewhere = f"http://evil.localhost:{other.port}"
                yield Place(app[SERVICES], desk, dana, origin, elsewhere, made["key"], running)
