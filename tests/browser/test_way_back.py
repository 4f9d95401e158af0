"""From an e-mail about replies back to the page and into the thread, in a browser that knows nothing."""

from dataclasses import replace

import pytest

from deskterm.server.clock import ManualClock, SystemClock
from deskterm.server.config import Config
from tests.browser.chromium import NEEDS_CHROMIUM
from tests.browser.conftest import LAUNCHER, Place
from tests.letterbox import Receiver, receiver

__all__ = ["receiver"]
pytestmark = NEEDS_CHROMIUM
VERA = "vera@web.example"


@pytest.fixture
def config(config: Config, receiver: Receiver) -> Config:
    """A desk that sends mail, when the test says so."""
    return replace(config, mail=receiver.settings, timers=False)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(SystemClock().now())


async def test_the_link_of_an_e_mail_opens_the_thread_in_one_browser(
    place: Place, clock: ManualClock, receiver: Receiver
) -> None:
    widget = {"origins": [place.site], "collect_email": True}
    async with place.dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
        assert answer.status == 200, await answer.text()
    page = await place.visit("/pricing?plan=pro")
    await place.open_chat(page)
    await page.evaluate(f"document.getElementById('own-email').value = {VERA!r}", frame=place.desk)
    await place.write(page, "is it blue?")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    await page.close()
    await place.nobody_there()
    clock.advance(1)
    await place.answer("It is green.")
    clock.advance(601)
    await place.services.mailing.tick()
    assert [each.rcpt_tos for each in receiver.got] == [[VERA]]
    link = receiver.token(place.site)
    assert link.startswith(f"{place.site}/pricing?plan=pro#deskterm=dk_b_")

    elsewhere = await place.browser.open(link)
    await elsewhere.until(f"({LAUNCHER})?.getAttribute('aria-label').endsWith('1 unread')")
    assert await elsewhere.evaluate("location.href") == f"{place.site}/pricing?plan=pro"
    await elsewhere.ask("Network.setBlockedURLs", urls=["*/visitors/session"])
    await place.open_chat(elsewhere)
    lost = "document.getElementById('state').textContent.startsWith('No connection')"
    await elsewhere.until(lost, frame=place.desk)
    await elsewhere.ask("Network.setBlockedURLs", urls=[])
    await elsewhere.evaluate("dispatchEvent(new Event('online'))", frame=place.desk)
    await elsewhere.until("document.querySelectorAll('.message').length === 3", frame=place.desk)
    assert (await place.said(elsewhere))[1:] == ["is it blue?", "It is green."]
    await place.write(elsewhere, "Green is fine.")
    await elsewhere.until("document.querySelectorAll('.mine time').length === 2", frame=place.desk)
    (seen,) = await place.inbox()
    assert await place.thread(seen["id"]) == ["is it blue?", "It is green.", "Green is fine."]

    stranger = await place.browser.open(link)  # whoever finds the e-mail later
    await stranger.until(LAUNCHER)
    await place.open_chat(stranger)
    await place.write(stranger, "who am I?")
    await stranger.until("document.querySelector('.mine time')", frame=place.desk)
    assert (await place.said(stranger))[1:] == ["who am I?"]
    assert not [each for each in stranger.console if "Content Security" in each], stranger.console
