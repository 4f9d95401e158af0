"""The chat in a real browser: one line in a website, and a visitor and an agent talk."""

from tests.browser.chromium import NEEDS_CHROMIUM
from tests.browser.conftest import LAUNCHER, Place

pytestmark = NEEDS_CHROMIUM


async def test_both_ways_and_over_a_reload(place: Place) -> None:
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "Do you ship to Iceland?")
    await page.until("document.querySelector('.message.mine time')", frame=place.desk)
    newest = await place.answer("Yes, every Tuesday.")
    await page.until("[...document.querySelectorAll('.message')].length === 3", frame=place.desk)
    welcome, *said = await place.said(page)
    assert welcome == "Hello! How can we help?"
    assert said == ["Do you ship to Iceland?", "Yes, every Tuesday."]
    assert newest["page_url"] == f"{place.site}/pricing"
    await page.go(f"{place.site}/cart")
    await page.until(LAUNCHER)
    await page.until("document.querySelectorAll('.message').length === 3", frame=place.desk)
    assert (await place.said(page))[1:] == said
    (seen,) = await place.inbox()
    assert seen["page_url"] == f"{place.site}/cart"
    assert not [each for each in page.console if "Content Security" in each or "Error" in each], page.console


async def test_what_is_written_offline_goes_out_once(place: Place) -> None:
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "first")
    await page.until("document.querySelectorAll('.mine time').length === 1", frame=place.desk)
    await page.offline(True)
    await page.until(
        "document.getElementById('state').textContent.startsWith('No connection')", frame=place.desk
    )
    await place.write(page, "second")
    await place.write(page, "third")
    await page.until("document.querySelectorAll('.mine').length === 3", frame=place.desk)
    await page.offline(False)
    await page.until("document.querySelectorAll('.mine time').length === 3", frame=place.desk)
    (seen,) = await place.inbox()
    assert await place.thread(seen["id"]) == ["first", "second", "third"]
    await place.answer("while you were away")
    await page.until("document.querySelectorAll('.message').length === 5", frame=place.desk)


async def test_what_is_on_its_way_survives_a_reload(place: Place) -> None:
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "first")
    await page.until("document.querySelectorAll('.mine time').length === 1", frame=place.desk)
    await page.ask("Network.setBlockedURLs", urls=["*/messages"])
    await place.write(page, "kept")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    await page.ask("Network.setBlockedURLs", urls=[])
    await page.go(f"{place.site}/")
    await page.until("document.querySelectorAll('.mine time').length === 2", frame=place.desk)
    (seen,) = await place.inbox()
    assert await place.thread(seen["id"]) == ["first", "kept"]


async def test_a_second_visitor_sees_nothing_of_the_first(place: Place) -> None:
    first, second = await place.visit(), await place.visit()
    await place.open_chat(first)
    await place.write(first, "word-of-the-first")
    await first.until("document.querySelector('.mine time')", frame=place.desk)
    await place.open_chat(second)
    await place.write(second, "word-of-the-second")
    await second.until("document.querySelector('.mine time')", frame=place.desk)
    await place.answer("for the second")
    await second.until("document.querySelectorAll('.message').length === 3", frame=place.desk)
    assert (await place.said(first))[1:] == ["word-of-the-first"]
    assert (await place.said(second))[1:] == ["word-of-the-second", "for the second"]
    assert len(await place.inbox()) == 2


async def test_unread_on_the_closed_launcher(place: Place) -> None:
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "hello")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    await page.evaluate("window.deskterm.close()")
    await place.answer("one")
    await page.until(f"({LAUNCHER}).getAttribute('aria-label').endsWith('1 unread')")
    await page.evaluate("window.deskterm.open()")
    await page.until(f"!({LAUNCHER}).getAttribute('aria-label').includes('unread')")


async def test_another_website_is_refused(place: Place) -> None:
    """T21: no settings, no frame, no session, whatever its script tries."""
    page = await place.browser.open(f"{place.elsewhere}/")
    await page.until("window.deskterm")
    async with place.dana.get("api-keys") as answer:
        (key,) = (await answer.json())["items"]
    script = f"""fetch('{place.desk}/api/v1/visitors/session', {{method: 'POST', body: '{{}}', headers:
        {{'Content-Type': 'application/json', 'X-Deskterm-Key': '{place.key}'}}}})
        .then(() => 'in', () => 'out')"""
    assert await page.evaluate(script) == "out"
    frame = f"""new Promise((done) => {{ const frame = document.createElement('iframe');
        frame.src = '{place.desk}/widget/{key["id"]}'; frame.onload = () => done(true);
        document.body.append(frame); }})"""
    await page.evaluate(frame)
    assert not await page.evaluate("document.getElementById('text') !== null", frame=place.desk)
    assert [each for each in page.console if "frame-ancestors" in each], page.console
    assert not await page.evaluate(f"Boolean({LAUNCHER})")
    assert await place.inbox() == []


async def test_that_an_agent_is_there_and_types_is_shown(place: Place) -> None:
    is_there = "document.getElementById('support').textContent === 'Online'"
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "hello")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    (newest,) = await place.inbox()
    assert not await page.evaluate(is_there, frame=place.desk)
    async with place.dana.ws_connect("live") as socket:
        await socket.send_json({"type": "hello", "protocol": 1})
        await socket.receive_json()
        await page.until(is_there, frame=place.desk)
        await socket.send_json({"type": "typing", "conversation_id": newest["id"]})
        await page.until(
            "document.getElementById('state').textContent.endsWith('is writing')", frame=place.desk
        )


async def test_a_phone_and_the_other_direction(place: Place) -> None:
    page = await place.visit("/rtl", width=400, height=700)
    await place.open_chat(page)
    assert await page.evaluate("document.documentElement.dir", frame=place.desk) == "rtl"
    assert await page.evaluate("[innerWidth, innerHeight].join()", frame=place.desk) == "400,700"
