"""What axe has against the chat: nothing, in any of its states.

axe is no part of the project: `npm install axe-core` puts it into node_modules, or DESKTERM_AXE names its
`axe.min.js`. Without it these tests are skipped; test_access.py asks the browser itself.
"""

import os
from pathlib import Path

import pytest

from tests.browser.chromium import NEEDS_CHROMIUM, Page
from tests.browser.conftest import LAUNCHER, Place
from tests.house.tree import ROOT

AXE = Path(os.environ.get("DESKTERM_AXE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
pytestmark = [
    NEEDS_CHROMIUM,
    pytest.mark.skipif(not AXE.is_file(), reason="needs axe: npm install axe-core"),
]
SCRIPT = AXE.read_text(encoding="utf-8") if AXE.is_file() else ""
_RUN = """axe.run(WHERE, { resultTypes: ["violations"] }).then((found) =>
    found.violations.map((each) => each.id + ": " + each.nodes.map((node) => node.html).join(" | ")))"""


async def violations(page: Page, where: str = "document", frame: str | None = None) -> list[str]:
    """What axe finds in a part of the website or in the chat's frame."""
    await page.evaluate(SCRIPT + "\n;0", frame=frame)
    found = await page.evaluate(_RUN.replace("WHERE", where), frame=frame)
    assert isinstance(found, list), "axe did not run"
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/rtl"])
async def test_axe_finds_nothing(place: Place, theme: str, path: str) -> None:
    widget = {"theme": theme, "collect_name": True, "collect_email": True, "color": "#ffcc00"}
    async with place.dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
        assert answer.status == 200
    page = await place.visit(path, width=420, height=800)
    await place.open_chat(page)
    assert await violations(page, frame=place.desk) == []
    await place.write(page, "hello https://example.com/")
    await page.until("document.querySelector('.mine time')", frame=place.desk)
    await place.answer("Good morning")
    await page.until("document.querySelectorAll('.message').length === 3", frame=place.desk)
    await page.ask("Network.setBlockedURLs", urls=["*/messages"])
    await place.write(page, "on its way")
    await page.until("document.querySelectorAll('.mine').length === 2", frame=place.desk)
    assert await violations(page, frame=place.desk) == []
    host = f"({LAUNCHER}).getRootNode().host"
    assert await violations(page, f"{{ include: [[{host}]] }}") == []
