"""Who is blocked sees a chat like any other, also after a reload; what one person wrote is not another's."""

import json
import time

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
    secret = (await make_key(place.dana, "identity"))["key"]
    organization, now = await organization_id(place.dana), int(time.time())

    def token(name: str) -> str:
        return signed(secret, organization, sub=name, name=name, jti=f"{name}-{now}", iat=now, exp=now + 600)

    page = await visit(place, json.dumps({"identityToken": token("Ada")}))
    await place.open_chat(page)
    await place.write(page, "I am Ada")
    await wait_for(place, page, sent=1)
    await page.ask("Network.setBlockedURLs", urls=["*/messages"])
    await place.write(page, "only Ada's")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    await page.evaluate(f"deskterm.identify({token('Bea')!r})")
    await page.until("document.querySelectorAll('.mine').length === 0", frame=place.desk)
    await page.ask("Network.setBlockedURLs", urls=[])
    await place.write(page, "I am Bea")
    await wait_for(place, page, sent=1)
    assert (await place.said(page))[1:] == ["I am Bea"]
    await page.ask("Network.setBlockedURLs", urls=["*/messages"])
    await place.write(page, "only Bea's")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    await page.ask("Network.setBlockedURLs", urls=[])
    settings = json.dumps({"identityToken": token("Cyd")})
    source = f"if (window === top) window.desktermSettings = {settings}"
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=source)
    await page.go(f"{place.site}/cart")
    await page.until(LAUNCHER)
    await page.until("document.querySelector('.message')", frame=place.desk)
    await place.write(page, "I am Cyd")
    await wait_for(place, page, sent=1)
    threads = {each["contact"]["name"]: await place.thread(each["id"]) for each in await place.inbox()}
    assert threads == {"Ada": ["I am Ada"], "Bea": ["I am Bea"], "Cyd": ["I am Cyd"]}
