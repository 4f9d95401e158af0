"""A visitor in a real browser and an agent at a real terminal, at a server in a process of its own."""

import asyncio
from functools import partial

from aiohttp.test_utils import TestServer

from tests.browser.chromium import NEEDS_CHROMIUM, browser
from tests.browser.conftest import LAUNCHER, website
from tests.browser.test_files import CARRIED, PNG, READY, WAYS
from tests.e2e.conftest import Server, server
from tests.e2e.terminal import ENTER, ctrl

__all__ = ["server"]
pytestmark = NEEDS_CHROMIUM
DANA = "hello@designpi.com"


async def test_they_talk_and_the_agent_sees_page_and_picture(server: Server, devtools: str) -> None:
    token, desk = server.token(DANA), server.url
    key = server.call("POST", "/api-keys", {"kind": "publishable", "name": "Website"}, token)["key"]
    async with browser(devtools) as running, TestServer(website(desk, key), host="127.0.0.1") as shop:
        site = f"http://shop.localhost:{shop.port}"
        allowed = {"settings": {"widget": {"origins": [site]}}}
        await asyncio.to_thread(server.call, "PATCH", "/organization", allowed, token)
        with server.console(DANA) as dana:

            async def sees(*words: str) -> None:
                await asyncio.to_thread(dana.sees, *words)

            await sees("All open", "live")
            page = await running.open(f"{site}/pricing")
            in_chat = partial(page.evaluate, frame=desk)
            await page.until(LAUNCHER)
            await page.evaluate(f"{LAUNCHER}.click()")
            await page.until("document.activeElement?.id === 'text'", frame=desk)
            paste = CARRIED.format(content=PNG, name="shot.png") + WAYS["paste"]
            await in_chat(f"(() => {{ {paste} }})()")
            await page.until(READY.format(count=1), frame=desk)
            await page.type("Do you ship to Iceland?")
            await page.enter()
            await sees("Visitor 1", "Do you ship to Iceland?")
            dana.type("gg" + ENTER)
            await sees("shot.png", "Reply to Visitor 1")
            dana.type("i")
            await sees("/pricing", "Chrome")
            dana.type("i" + "r" + "Every Tuesday.")
            typing = "document.getElementById('state').textContent.endsWith('is writing')"
            await page.until(typing, frame=desk)
            dana.type(ctrl("s"))
            await page.until("document.querySelectorAll('.message').length === 3", frame=desk)
            shown = "document.getElementById('thread').textContent"
            assert "Every Tuesday." in await in_chat(shown)
            assert "Dana" not in await in_chat("document.body.textContent")
            await page.type("Thank you!")
            await sees("Visitor 1 is typing…")
            await page.enter()
            await sees("Thank you!")
