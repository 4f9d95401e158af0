"""Who is blocked sees a chat like any other, also after a reload; what one person wrote is not another's."""

import json
import time
from collections.abc import Callable

from tests.browser.chromium import NEEDS_CHROMIUM, Page
from tests.browser.conftest import LAUNCHER, Place
from tests.browser.test_words_and_sign_in import visit
from tests.server.visitors import make_key, organization_id, signed

pytestmark = NEEDS_CHROMIUM


async def wait_for(place: Place, page: Page, *, sent: int) -> None:
    """Until so many messages of one's own stand there as sent."""
    await page.until(f"document.querySelectorAll('.mine time').length === {sent}", frame=place.desk)


async def test_a_blocked_visitor_sees_what_they_wrote_after_a_reload(place: Place) -> None:
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "hello")
    await wait_for(place, page, sent=1)
    (seen,) = await place.inbox()
    async with place.dana.post("blocks", json={"contact_id": seen["contact"]["id"]}) as answer:
        assert answer.status == 201
    for sent, text in enumerate(("buy", "now"), 2):
        await place.write(page, text)
        await wait_for(place, page, sent=sent)
    await place.answer("Please stop.")
    await page.until("document.querySelectorAll('.message').length === 5", frame=place.desk)
    said = await place.said(page)
    assert said[1:] == ["hello", "buy", "now", "Please stop."]
    await page.go(f"{place.site}/cart")
    await page.until(LAUNCHER)
    await page.until("document.querySelectorAll('.message').length === 5", frame=place.desk)
    assert await place.said(page) == said
    assert await place.thread(seen["id"]) == ["hello", "Please stop."]


async def test_a_newcomer_of_a_blocked_network_does_too(place: Place) -> None:
    async with place.dana.post("blocks", json={"network": "127.0.0.0/8"}) as answer:
        assert answer.status == 201
    page = await place.visit()
    await place.open_chat(page)
    for sent, text in enumerate(("buy", "now"), 1):
        await place.write(page, text)
        await wait_for(place, page, sent=sent)
    await page.go(f"{place.site}/cart")
    await page.until(LAUNCHER)
    await wait_for(place, page, sent=2)
    await place.write(page, "please")
    await wait_for(place, page, sent=3)
    assert (await place.said(page))[1:] == ["buy", "now", "please"]
    assert await place.inbox() == []


async def test_the_next_person_at_the_same_browser_sees_and_sends_nothing_of_the_last(place: Place) -> None:
    """Signed in as somebody else, first without loading the page again, then on another page."""
    token = await issuer(place)
    page = await visit(place, json.dumps({"identityToken": token("Ada")}))
    await place.open_chat(page)
    await place.write(page, "I am Ada")
    await wait_for(place, page, sent=1)
    await page.block("*/messages")
    await place.write(page, "only Ada's")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    await page.evaluate("document.getElementById('text').value = 'half of it'", frame=place.desk)
    await page.evaluate(f"deskterm.identify({token('Bea')!r})")
    await page.until("document.querySelectorAll('.mine').length === 0", frame=place.desk)
    assert await page.evaluate("document.getElementById('text').value", frame=place.desk) == ""
    await page.block()
    await place.write(page, "I am Bea")
    await wait_for(place, page, sent=1)
    assert (await place.said(page))[1:] == ["I am Bea"]
    await page.block("*/messages")
    await place.write(page, "only Bea's")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    await page.block("*/visitors/session")
    await come_as(place, page, token("Cyd"))
    await place.write(page, "I am Cyd")
    await page.until("document.querySelector('.mine')", frame=place.desk)
    assert (await place.said(page))[1:] == ["I am Cyd"], "nothing of the last person's while one's own waits"
    await page.block()
    await wait_for(place, page, sent=1)
    assert await threads(place) == {"Ada": ["I am Ada"], "Bea": ["I am Bea"], "Cyd": ["I am Cyd"]}


async def test_words_wait_for_whom_they_are_of(place: Place) -> None:
    """A website may say late who it is: what was not sent yet goes neither away nor to a stranger's chat."""
    token = await issuer(place)
    page = await visit(place, json.dumps({"identityToken": token("Ada")}))
    await place.open_chat(page)
    await page.block("*/messages")
    await place.write(page, "from the tunnel")
    await page.until("document.querySelector('.mine')", frame=place.desk)
    await come_as(place, page, None)
    await page.block()
    await place.write(page, "who am I?")
    await wait_for(place, page, sent=1)
    assert (await place.said(page))[1:] == ["who am I?"]
    await page.evaluate(f"deskterm.identify({token('Ada', again=True)!r})")
    await page.until("document.body.textContent.includes('from the tunnel')", frame=place.desk)
    await wait_for(place, page, sent=2)
    seen = await place.inbox()
    assert {each["contact"]["name"] for each in seen} == {"Ada"}
    said = [text for each in seen for text in await place.thread(each["id"])]
    assert said.count("from the tunnel") == said.count("who am I?") == 1


async def issuer(place: Place) -> Callable[..., str]:
    """What the website signs in its people with."""
    secret = (await make_key(place.dana, "identity"))["key"]
    organization, now = await organization_id(place.dana), int(time.time())

    def token(name: str, *, again: bool = False) -> str:
        jti = f"{name}-{now}-{again}"
        return signed(secret, organization, sub=name, name=name, jti=jti, iat=now, exp=now + 600)

    return token


async def come_as(place: Place, page: Page, token: str | None) -> None:
    """Another page of the website, which says by this token who is there."""
    settings = json.dumps({"identityToken": token})
    source = f"if (window === top) window.desktermSettings = {settings}"
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=source)
    await page.go(f"{place.site}/cart")
    await page.until(LAUNCHER)
    await page.until("document.querySelector('.message')", frame=place.desk)


async def threads(place: Place) -> dict[str, list[str]]:
    """What was said, by whom."""
    return {each["contact"]["name"]: await place.thread(each["id"]) for each in await place.inbox()}
