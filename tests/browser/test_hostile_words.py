"""T25: whatever anybody writes stays text in the visitor's browser; links go where they say."""

from tests.browser.chromium import NEEDS_CHROMIUM
from tests.browser.conftest import Place

pytestmark = NEEDS_CHROMIUM

HOSTILE = (
    "<script>top.hit = 1</script>",
    "<img src=x onerror='parent.hit = 1'>",
    "<svg onload=alert(1)>",
    '"><iframe srcdoc="<script>1</script>">',
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    "data:text/html,<script>1</script>",
    "https://good.example/\"onmouseover='hit=1'",
    "{{constructor.constructor('return 1')()}}",
    "</textarea><script>1</script>",
    "\u202egnp.exe",
)


async def test_every_field(place: Place) -> None:
    """Messages of both sides, the persona's name, the welcome, the offline text, the organization's name."""
    bad = HOSTILE[1]
    async with place.dana.post("personas", json={"name": bad, "initials": "<b>", "support": True}) as answer:
        assert answer.status == 201, await answer.text()
    widget = {"welcome": "\n".join(HOSTILE), "offline_text": bad}
    async with place.dana.patch("organization", json={"name": bad, "settings": {"widget": widget}}) as answer:
        assert answer.status == 200, await answer.text()
    page = await place.visit()
    await place.open_chat(page)
    await place.write(page, "\n".join(HOSTILE))
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    await place.answer("\n".join(HOSTILE))
    await page.until("document.querySelectorAll('.message').length === 3", frame=place.desk)
    for text in await place.said(page):
        assert "<img src=x onerror=" in text
    made = "main script, img, svg, iframe, [onerror], [onload], [onmouseover]"
    assert await page.evaluate(f"document.querySelectorAll('{made}').length", frame=place.desk) == 0
    assert await page.evaluate("document.getElementById('name').textContent", frame=place.desk) == bad
    links = "[...document.querySelectorAll('#thread a')].map((a) => [a.href, a.textContent, a.rel])"
    found = await page.evaluate(links, frame=place.desk)
    assert found
    for target, shown, rel in found:
        assert target == shown
        assert target.startswith(("https://", "http://", "mailto:"))
        assert "noopener" in rel
    assert await page.evaluate("String(window.hit)") == "undefined"
    assert await page.evaluate("String(window.hit)", frame=place.desk) == "undefined"


async def test_scripts_of_others_do_not_run_in_the_page(place: Place) -> None:
    """The policy holds even if text became markup: an inline script and one of another origin are refused."""
    page = await place.visit()
    await place.open_chat(page)
    inline = """(() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1';
        document.body.append(made); return String(window.ran); })()"""
    assert await page.evaluate(inline, frame=place.desk) == "undefined"
    outside = f"""new Promise((done) => {{ const made = document.createElement('script');
        made.src = '{place.site}/x.js'; made.onerror = () => done('refused');
        document.body.append(made); }})"""
    assert await page.evaluate(outside, frame=place.desk) == "refused"
    sent = f"fetch('{place.site}/').then(() => 'sent', () => 'refused')"
    assert await page.evaluate(sent, frame=place.desk) == "refused"


async def test_another_frame_cannot_speak_for_the_website(place: Place) -> None:
    """A message from a window that is not the website around the chat is not listened to."""
    page = await place.visit()
    await place.open_chat(page)
    script = """new Promise((done) => { const frame = document.createElement('iframe');
        frame.srcdoc = '<script>parent.frames[0].postMessage({deskterm: "close"}, "*")<' + '/script>';
        frame.onload = () => done(true); document.body.append(frame); })"""
    await page.evaluate(script)
    assert await page.evaluate("document.hasFocus() || true", frame=place.desk)
    await place.write(page, "still here")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
