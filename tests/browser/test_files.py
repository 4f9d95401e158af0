"""Files in the chat: chosen, pasted, dropped, over a broken line; pictures are shown, the rest is saved."""

import base64

from tests.browser.chromium import NEEDS_CHROMIUM, Page
from tests.browser.conftest import Place

pytestmark = NEEDS_CHROMIUM

#: A picture of one pixel.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CARRIED = """const carried = new DataTransfer();
    carried.items.add(new File([Uint8Array.from(atob('{content}'), (c) => c.charCodeAt(0))], '{name}'));"""
WAYS = {
    "choose": "const at = document.getElementById('file'); at.files = carried.files;"
    "at.dispatchEvent(new Event('change'));",
    "paste": "document.getElementById('text').dispatchEvent("
    "new ClipboardEvent('paste', {clipboardData: carried, cancelable: true}));",
    "drop": "document.querySelector('main').dispatchEvent(new DragEvent('drop', {dataTransfer: carried}));",
}
READY = "document.querySelectorAll('#files progress[hidden]').length === {count}"


async def give(place: Place, page: Page, way: str, name: str, content: str = PNG) -> None:
    """A file by one of the ways."""
    script = CARRIED.format(content=content, name=name) + WAYS[way]
    await page.evaluate(f"(() => {{ {script} }})()", frame=place.desk)


async def submit(place: Place, page: Page) -> None:
    await page.evaluate("document.getElementById('form').requestSubmit()", frame=place.desk)


async def sent(place: Place) -> list[list[tuple[str, str]]]:
    """Name and recognised type of the files of each message, as the desk has them."""
    (conversation,) = await place.inbox()
    async with place.dana.get(f"conversations/{conversation['id']}/messages") as answer:
        messages = (await answer.json())["items"]
    return [[(file["filename"], file["media_type"]) for file in each["attachments"]] for each in messages]


async def test_three_ways_in_and_what_is_shown(place: Place) -> None:
    """One message takes them all with its text; only pictures are drawn, whatever a file says that it is."""
    page = await place.visit()
    await place.open_chat(page)
    await give(place, page, "choose", "shot.png")
    await give(place, page, "paste", "pasted.png")
    markup = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()
    await give(place, page, "drop", "evil.svg", markup)
    await give(place, page, "choose", "not mine.png")
    await page.until(READY.format(count=4), frame=place.desk)
    remove = "document.querySelector('[aria-label=\"Remove not mine.png\"]').click()"
    await page.evaluate(remove, frame=place.desk)
    await place.write(page, "Look at these")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    shown = (
        "[...document.querySelectorAll('.mine img')].filter((each) => each.naturalWidth === 1).length === 2"
    )
    await page.until(shown, frame=place.desk)
    names = [("shot.png", "image/png"), ("pasted.png", "image/png"), ("evil.svg", "text/plain")]
    assert await sent(place) == [names]
    alt = "[...document.querySelectorAll('.mine img')].map((each) => each.alt).join()"
    assert await page.evaluate(alt, frame=place.desk) == "shot.png,pasted.png"
    saves = "[...document.querySelectorAll('.mine button')].map((each) => each.getAttribute('aria-label'))"
    assert (await page.evaluate(saves, frame=place.desk))[2] == "Save evil.svg, 59 B"
    assert await page.evaluate("document.getElementById('files').hidden", frame=place.desk)
    assert not [each for each in page.console if "Content Security" in each or "Error" in each], page.console


async def test_over_a_broken_line_and_one_that_is_refused(place: Place) -> None:
    """Sending waits for its files, which come once; a refused one is said, and can be removed."""
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "first")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    await page.offline(True)
    await give(place, page, "paste", "late.png")
    await submit(place, page)
    await page.until("document.querySelectorAll('#files li').length === 1", frame=place.desk)
    await page.offline(False)
    await page.until("document.querySelectorAll('.mine img:not([hidden])').length === 1", frame=place.desk)
    assert await sent(place) == [[], [("late.png", "image/png")]]
    large = "const carried = new DataTransfer();carried.items.add(new File([new Uint8Array(26214401)], 'x'));"
    await page.evaluate(f"(() => {{ {large} {WAYS['choose']} }})()", frame=place.desk)
    said = "document.getElementById('state').textContent.includes('too large')"
    await page.until(said, frame=place.desk)
    assert await page.evaluate("document.getElementById('files').hidden", frame=place.desk)
