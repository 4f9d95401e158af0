"""What admins look after by keyboard, on a real server: the chat on websites, keys, webhooks, blocks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from deskterm.client.http.api import Api
from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.ids import IdSource
from deskterm.server.app import make_app
from deskterm.server.config import Config, HashCost
from tests.screens.real_server import DANA, SARAH, Person, at_console, signed_in

IDS = IdSource()
SITE = "https://acme.example"


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """A server with demo data whose webhooks may go to this machine."""
    config = Config(data=tmp_path / "data", demo=True, hash_cost=HashCost(memory=8, passes=1))
    async with TestServer(make_app(replace(config, webhooks_inside=True)), host="127.0.0.1") as running:
        yield str(running.make_url("/")).rstrip("/")


@pytest.fixture
async def api(address: str) -> AsyncIterator[Api]:
    """What the server has, as Dana sees it."""
    found = await signed_in(address, DANA)
    yield found
    await found.close()


async def go(person: Person, *keys: str, sees: str) -> None:
    """Go to a page."""
    await person.press(*keys)
    await person.sees(sees)


async def test_the_chat_is_set_up_and_its_line_is_copied(address: str, api: Api) -> None:
    async with at_console(address, DANA) as dana:
        await go(dana, "g", "W", sees="No website is named that may show it.")
        await dana.sees("Support", "Support is away and will answer")
        await dana.press(*"websites", "enter")
        await dana.type(SITE)
        await dana.press("enter")
        await dana.sees(f"shown on: {SITE}")
        await dana.press("ctrl+u", *"theme", "enter", *"dark")
        await dana.sees("dark · bottom-right")  # while the cursor is on it, and nothing is kept
        await dana.press("escape")
        await dana.sees("auto · bottom-right")
        await dana.press("ctrl+u", *"email", "ctrl+u", *"address", "enter", *"on", "enter")
        await dana.sees("asks for: e-mail")
        await dana.press("f6")
        await dana.sees("For your website", "Paste it before </body>")
        [key] = (await api.api_keys()).items
        await dana.press("f6")
        await dana.until(lambda: bool(dana.app.clipboard))
        assert dana.app.clipboard == f'<script src="{address}/widget.js" data-key="{key.key}" async></script>'
        await dana.press("escape", "f6")
        await dana.sees("For your website")
        assert [each.id for each in (await api.api_keys()).items] == [key.id], "the same key again"
        held = (await api.organization()).settings["widget"]
        assert (held["origins"], held["collect_email"], held["theme"]) == ([SITE], True, "auto")


async def test_a_key_from_its_making_to_its_end(address: str, api: Api) -> None:
    async with at_console(address, DANA) as dana:
        await go(dana, "g", "k", sees="There is no key yet")
        await dana.press("f7", *"secret", "enter")
        await dana.sees("what it is for")
        await dana.type("Reports")
        await dana.press("enter", *"yesterday", "enter")
        await dana.sees("Not a time to come")
        await dana.press("ctrl+u", *"90d", "enter")
        await dana.sees("What the key may do", "read conversations and messages")
        await dana.press(*"conversations:read", "enter", "escape")
        await dana.sees("dk_s_", "shown only now")
        await dana.press("f6")
        await dana.until(lambda: dana.app.clipboard.startswith("dk_s_"))
        key = dana.app.clipboard
        async with ClientSession(headers={"Authorization": f"Bearer {key}"}) as program:
            async with program.get(f"{address}/api/v1/conversations") as answer:
                assert answer.status == 200
            await dana.press("escape", "f5")
            await dana.sees("Reports", "secret · 1 scope · used now")
            assert key not in dana.text
            await dana.press("enter")
            await dana.sees("conversations:read", "Made by Dana Whitfield")
            assert key not in dana.text
            await dana.press("escape", "f8")
            await dana.sees("F8 again revokes")
            assert len((await api.api_keys()).items) == 1
            await dana.press("f8")
            await dana.sees("There is no key yet")
            async with program.get(f"{address}/api/v1/conversations") as answer:
                assert answer.status == 401


async def test_a_webhook_fails_is_looked_at_and_sent_again(address: str, api: Api) -> None:
    statuses = [500]

    async def take(_: web.Request) -> web.Response:
        return web.Response(status=statuses.pop() if statuses else 204)

    receiver = web.Application()
    receiver.router.add_post("/hook", take)
    async with TestServer(receiver, host="127.0.0.1") as there, at_console(address, DANA) as dana:
        url = str(there.make_url("/hook"))
        await go(dana, "g", "h", sees="Events go nowhere yet")
        await dana.press("f7")
        await dana.sees("Where events go")
        await dana.type(url)
        await dana.press("enter")
        await dana.sees("Which events")
        await dana.press(*"conversation.updated", "enter", "escape")
        await dana.sees("whsec_", "shown only now")
        await dana.press("escape")
        await dana.sees(url, "works · 1 event")
        first = next(each for each in (await api.conversations()).items if each.number == 1)
        await api.patch_conversation(first.id, priority="urgent")
        await dana.until(lambda: not statuses)
        await dana.press("f9")
        await dana.sees("conversation.updated", "it answered 500 · 1 attempt")
        await dana.press("enter")
        await dana.sees("once more, under the same event id", "waits · 0 attempts")
        await dana.press("escape")
        await dana.sees("failing for")
        await dana.press("enter", *"pause", "enter")
        await dana.sees("paused · 1 event")
        await dana.press("enter", *"go on", "enter")
        await dana.sees("works · 1 event")
        [held] = (await api.webhooks()).items
        await dana.press("enter", *"new secret", "enter")
        await dana.sees("whsec_")
        await dana.press("escape", "f8", "f8")
        await dana.sees("Events go nowhere yet")
        assert (held.url, held.paused) == (url, False)


async def visit(address: str, key: str, text: str) -> None:
    """A stranger writes on the website."""
    headers = {"X-Deskterm-Key": key, "Origin": SITE}
    async with ClientSession(f"{address}/api/v1/") as web_page:
        body = {
            "page_url": f"{SITE}/pricing",
            "referrer": "https://search.example/",
            "metadata": {"plan": "pro"},
        }
        async with web_page.post("visitors/session", json=body, headers=headers) as answer:
            token = (await answer.json())["token"]
        own = {"Authorization": f"Bearer {token}"}
        async with web_page.get("portal/conversation", headers=own) as answer:
            conversation = (await answer.json())["id"]
        message = {"id": IDS.new(), "body": text}
        path = f"conversations/{conversation}/messages"
        async with web_page.post(path, json=message, headers=own) as answer:
            assert answer.status == 201


async def test_a_visitor_is_seen_blocked_and_heard_again(address: str, api: Api) -> None:
    made = await api.make_api_key(KeyKind.PUBLISHABLE, "Shop", origins=[SITE])
    await visit(address, made.key or "", "buy cheap pills")
    async with at_console(address, DANA, (160, 48)) as dana:
        await dana.press("2")
        await dana.sees("Visitor 1")
        await dana.press("enter")
        await dana.until(lambda: dana.inbox.reading_mode)
        await dana.press("i")
        await dana.sees("/pricing", "search.example", "Browser", "at 127.0.0.1", "Python/", "plan", "pro")
        await dana.press("X")
        await dana.sees("This visitor", "Everybody at this address", "127.0.0.0/24")
        await dana.press("enter")
        await dana.sees("Visitor 1 is blocked · u takes it back")
        [block] = (await api.blocks()).items
        assert block.contact is not None
        assert block.contact.name == "Visitor 1"
        await dana.press("u")
        await dana.sees("Taken back: Visitor 1 is blocked")
        assert not (await api.blocks()).items
        await dana.press("X", *"network", "enter")
        await dana.sees("127.0.0.0/24 is blocked")
        await go(dana, "g", "x", sees="by Dana Whitfield")
        await dana.press("f7")
        await dana.sees("Block an address or a network")
        await dana.press(*"nonsense", "enter", "enter")
        await dana.sees("must be an address or a network")
        await dana.press("f8")
        await dana.sees("Nobody is blocked: X on a visitor", "127.0.0.0/24 is heard again")
        await dana.press("f6")
        await dana.sees("from #", "by Dana Whitfield")


async def test_staff_have_none_of_it(address: str) -> None:
    async with at_console(address, SARAH) as sarah:
        for key in ("W", "k", "h", "x"):
            await sarah.press("g", key)
        await sarah.press("X")
        await sarah.sees("● live")
        assert len(sarah.app.screen_stack) == 1 or sarah.app.screen is sarah.inbox
