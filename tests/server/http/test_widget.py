"""The widget as browsers fetch it: small, revalidated, framed only where it may be."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from deskterm.server.views.people import OFFLINE_TEXT
from deskterm.server.widget.files import LANGUAGES, LAUNCHER, PAGE, PARTS, widget_file
from tests.server.visitors import EVIL, SITE, make_key

#: Of everything that a visitor's browser loads, compressed.
MOST_BYTES = 15 * 1024


@pytest.fixture
async def plain(server: TestServer) -> AsyncIterator[ClientSession]:
    """A browser."""
    async with ClientSession(base_url=server.make_url("/")) as session:
        yield session


def test_it_is_small() -> None:
    sizes = {
        name: len(gzip.compress(widget_file(name).text.encode()))
        for name in (LAUNCHER, PAGE, *PARTS, *LANGUAGES)
    }
    language = max(sizes.pop(name) for name in LANGUAGES)
    assert sum(sizes.values()) + language <= MOST_BYTES, sizes


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_everything(language: str) -> None:
    """What the scripts and the page say, and nothing that they no longer do."""
    table = widget_file(language).text.split("=", 1)[1].removesuffix(",};") + "}"
    keys = set(json.loads(table))
    code = "".join(widget_file(name).text for name in (PAGE, *PARTS))
    assert not [key for key in keys - {OFFLINE_TEXT} if key not in code]
    assert keys >= set(re.findall(r'say\("([^"]+)"', code)) | {OFFLINE_TEXT, "Send", "Write a message"}
    assert len(keys) == 31


def test_it_makes_nodes_and_no_markup() -> None:
    """T25: nothing in the scripts can turn text into markup or code."""
    ways = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|srcdoc"
    for name in (LAUNCHER, *PARTS, *LANGUAGES):
        assert not re.search(ways, widget_file(name).text), name


@pytest.mark.parametrize("path", [LAUNCHER, *(f"widget/{each}" for each in (*PARTS, *LANGUAGES))])
async def test_files_are_revalidated(plain: ClientSession, path: str) -> None:
    async with plain.get(f"/{path}") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Encoding"] in ("gzip", "deflate")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.content_type in ("text/javascript", "text/css")
        etag = answer.headers["ETag"]
    async with plain.get(f"/{path}", headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


class Inline(HTMLParser):
    """Finds what a strict policy would not run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag in ("style", "base") or (tag == "script" and not dict(attrs).get("src")):
            self.found.append(tag)


async def test_the_page_and_who_may_frame_it(plain: ClientSession, dana: ClientSession) -> None:
    """T25: nothing inline, only our own scripts, framed by the key's websites and by no other."""
    key = await make_key(dana)
    async with plain.get(f"/widget/{key['id']}") as answer:
        assert answer.status == 200
        parts = answer.headers["Content-Security-Policy"].split("; ")
        policy = {name: value for name, _, value in (each.partition(" ") for each in parts)}
        text, etag = await answer.text(), answer.headers["ETag"]
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == SITE
    assert "unsafe" not in str(policy)
    found = Inline()
    found.feed(text)
    assert found.found == []
    async with plain.get(f"/widget/{key['id']}", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    await dana.delete(f"api-keys/{key['id']}")
    async with plain.get(f"/widget/{key['id']}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["nothing", "00000000-0000-7000-8000-00000000dead", "..%2fpages.py"])
async def test_no_other_page(plain: ClientSession, people: None, path: str) -> None:
    async with plain.get(f"/widget/{path}") as answer:
        assert answer.status == 404


async def test_a_secret_keys_id_is_no_page(plain: ClientSession, dana: ClientSession) -> None:
    key = await make_key(dana, "identity")
    async with plain.get(f"/widget/{key['id']}") as answer:
        assert answer.status == 404


async def test_settings_for_a_website(http: ClientSession, dana: ClientSession) -> None:
    key = await make_key(dana)
    headers = {"X-Deskterm-Key": key["key"], "Origin": SITE}
    async with http.get("/api/v1/widget", headers=headers) as answer:
        before, etag = await answer.json(), answer.headers["ETag"]
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert (before["enabled"], before["page"], before["online"]) == (True, f"/widget/{key['id']}", False)
    async with http.get("/api/v1/widget", headers=headers | {"If-None-Match": etag}) as answer:
        assert answer.status == 304
    change = {"color": "#AA0000", "enabled": False, "welcome": "Ahoy"}
    async with dana.patch("organization", json={"settings": {"widget": change}}) as answer:
        assert (await answer.json())["settings"]["widget"]["position"] == "bottom-right"
    async with http.get("/api/v1/widget", headers=headers | {"If-None-Match": etag}) as answer:
        after = await answer.json()
    assert (after["color"], after["enabled"], after["welcome"]) == ("#aa0000", False, "Ahoy")
    async with http.get("/api/v1/widget", headers=headers | {"Origin": EVIL}) as answer:
        assert answer.status == 403


async def test_settings_are_changed_one_by_one(dana: ClientSession) -> None:
    for widget in ({"color": "#112233"}, {"theme": "dark"}):
        async with dana.patch("organization", json={"settings": {"widget": widget}}) as answer:
            assert answer.status == 200
    async with dana.get("organization") as answer:
        held = (await answer.json())["settings"]["widget"]
    assert (held["color"], held["theme"], held["collect_email"]) == ("#112233", "dark", False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"color": "red"},
        {"color": "#12345"},
        {"theme": "pink"},
        {"position": "top"},
        {"origins": ["*"]},
        {"origins": ["https://a.example/path"]},
        {"welcome": "x" * 1001},
        {"javascript": "1"},
    ],
)
async def test_settings_that_are_none(dana: ClientSession, wrong: dict[str, object]) -> None:
    async with dana.patch("organization", json={"settings": {"widget": wrong}}) as answer:
        assert answer.status == 422
