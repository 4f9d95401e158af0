"""The chat in the visitor's language, with the website's words; the website's sign-in, renewed."""

import json
import time

from tests.browser.chromium import NEEDS_CHROMIUM, Page
from tests.browser.conftest import LAUNCHER, Place
from tests.server.visitors import make_key, organization_id, signed

pytestmark = NEEDS_CHROMIUM


async def visit(place: Place, settings: str) -> Page:
    """A page of the website that says this before the launcher is there."""
    page = await place.browser.open("about:blank")
    source = f"if (window === top) window.desktermSettings = {settings}"
    await page.ask("Page.addScriptToEvaluateOnNewDocument", source=source)
    await page.go(f"{place.site}/pricing")
    await page.until(LAUNCHER)
    return page


async def test_the_visitors_language_and_the_websites_own_words(place: Place) -> None:
    own = json.dumps({"Send": "Ab die Post", "Close the chat": "<b>zu</b>", "constructor": "x"})
    page = await visit(place, f"{{ language: 'de-AT', words: {own} }}")
    assert await page.evaluate(f"{LAUNCHER}.getAttribute('aria-label')") == "Chat mit Designpi"
    await place.open_chat(page)
    said = "[document.documentElement.lang, document.getElementById('send').textContent,"
    said += " document.getElementById('close').getAttribute('aria-label'),"
    said += " document.getElementById('text').placeholder, document.querySelector('legend').textContent]"
    wanted = ["de", "Ab die Post", "<b>zu</b>", "Nachricht schreiben"]
    wanted.append("Wer sind Sie? Sie müssen es nicht sagen.")
    assert await page.evaluate(said, frame=place.desk) == wanted
    assert not [each for each in page.console if "Content Security" in each or "Error" in each], page.console


async def test_an_expired_sign_in_is_renewed_by_the_website(place: Place) -> None:
    secret = (await make_key(place.dana, "identity"))["key"]
    organization, now = await organization_id(place.dana), int(time.time())

    def token(name: str, **claims: int) -> str:
        return signed(
            secret, organization, sub="u-1", name=name, jti=f"{name}-{now}", iat=now - 100, **claims
        )

    old, new = token("Old", exp=now - 10), token("Ines", exp=now + 600)
    asked = f"{{ identityToken: {old!r}, getIdentityToken: async () => {new!r} }}"
    page = await visit(place, asked)
    await place.open_chat(page)
    await place.write(page, "it is me")
    await page.until("document.querySelectorAll('.mine time').length === 1", frame=place.desk)
    (seen,) = await place.inbox()
    assert seen["contact"]["name"] == "Ines"
    page = await visit(place, f"{{ identityToken: {old!r} }}")
    await place.open_chat(page)
    await page.until("document.getElementById('state').textContent.includes('expired')", frame=place.desk)
    await page.evaluate(f"deskterm.identify({token('Again', exp=now + 600)!r})")
    await page.until("document.querySelectorAll('.mine time').length === 1", frame=place.desk)
    assert len(await place.inbox()) == 1
