"""The chat by keyboard alone, what a screen reader is told, and whether one can read it.

The browser's own accessibility tree is asked; axe is in test_axe.py, where it is installed.
"""

from typing import Any

import pytest

from tests.browser.chromium import NEEDS_CHROMIUM, Page
from tests.browser.conftest import LAUNCHER, Place

pytestmark = NEEDS_CHROMIUM

#: Contrast of every text with what is behind it, as WCAG counts it; the least one.
CONTRAST = """(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const curve = (c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => [r, g, b].map((c) => curve(c / 255))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => { for (let at = node; at; at = at.parentElement) {
    const found = parse(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found; }
    return [255, 255, 255]; };
  const worst = [...document.querySelectorAll('body *')].filter((node) => node.offsetParent
      && [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim())).map((node) => {
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    return [(a + 0.05) / (b + 0.05), node.className || node.id || node.tagName]; });
  return worst.sort((x, y) => x[0] - y[0])[0];
})()"""


async def test_by_keyboard_alone(place: Place) -> None:
    page = await place.visit()
    await page.tab()
    assert await page.evaluate(f"Boolean(document.activeElement.shadowRoot) && Boolean({LAUNCHER})")
    await page.enter()
    await page.until("document.activeElement?.id === 'text'", frame=place.desk)
    await page.type("From the keyboard")
    await page.enter()
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    assert (await place.said(page))[1:] == ["From the keyboard"]
    await page.escape()
    await page.until(f"({LAUNCHER}).getAttribute('aria-expanded') === 'false'")
    assert await page.evaluate(f"({LAUNCHER}).getRootNode().activeElement === {LAUNCHER}")


async def test_what_a_screen_reader_is_told(place: Place) -> None:
    widget = {"collect_name": True, "collect_email": True}
    async with place.dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
        assert answer.status == 200
    page = await place.visit()
    await place.open_chat(page)
    named = await _tree(page)
    assert ("button", "Chat with Designpi") in named
    assert ("log", "Messages") in named
    assert ("button", "Close the chat") in named
    assert ("button", "Send") in named
    assert ("textbox", "Your name") in named
    assert ("textbox", "E-mail") in named
    assert ("textbox", "Your message. Enter sends it, Shift and Enter begin a line.") in named
    assert not [role for role, name in named if role in ("button", "textbox", "link", "Iframe") and not name]
    live = "document.getElementById('thread').getAttribute('aria-live')"
    assert await page.evaluate(live, frame=place.desk) == "polite"
    assert await page.evaluate("document.getElementById('state').role", frame=place.desk) == "status"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("color", ["#1f4fbf", "#ffffff", "#000000", "#767676", "#ff0000", "#ffd400"])
async def test_contrast(place: Place, theme: str, color: str) -> None:
    """Every text has at least 4.5 to 1, whatever colour an organization chooses."""
    widget = {"theme": theme, "color": color, "collect_name": True}
    async with place.dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
        assert answer.status == 200
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "hello https://example.com/")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    least, where = await page.evaluate(CONTRAST, frame=place.desk)
    assert least >= 4.5, where


async def _tree(page: Page) -> set[tuple[str, str]]:
    """Role and name of everything that a screen reader finds, in the website and in the frame."""
    found: set[tuple[str, str]] = set()
    frames: list[dict[str, Any]] = [(await page.ask("Page.getFrameTree"))["frameTree"]]
    while frames:
        frame = frames.pop()
        frames += frame.get("childFrames", [])
        tree = await page.ask("Accessibility.getFullAXTree", frameId=frame["frame"]["id"])
        for node in tree["nodes"]:
            if not node.get("ignored"):
                found.add((node["role"]["value"], node.get("name", {}).get("value", "")))
    return found
