"""Another language reaches footer, help, palette, settings, states and notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.cli.catalogue import template
from deskterm.client.errors import ApiError
from deskterm.client.http.api import Api
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Status
from deskterm.screens.sentences import refused
from deskterm.server.errors import StorageDamaged
from deskterm.settings import Settings
from deskterm.settings.sources import load
from deskterm.text import times, words
from deskterm.text.words import tr
from tests.client.canned import canned, problem
from tests.screens.console import console
from tests.screens.pseudo import keep, marked, whole_catalogue
from tests.screens.real_server import DANA, address, signed_in

__all__ = ["address"]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """What holds for the whole process ends with the test."""
    yield
    words.use("", {}, [])
    times.use(times.Style())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Settings beside which there is a language whose every letter wears a mark."""
    keep(tmp_path, "xx", whole_catalogue())
    return tmp_path / "settings.toml"


async def test_everything_that_is_read_speaks_it(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    settings = Settings(motion="none", read_delay=0.0, language="xx", file=file)
    async with console(monkeypatch, settings=settings, size=(160, 50)) as driven:
        text = driven.text()
        assert marked("open") in text
        assert marked("No conversation is open.") in text
        await driven.press("question_mark")
        text = driven.text()
        assert marked("Conversation") in text
        assert marked("Internal note") in text
        await driven.press("escape", "colon")
        assert marked("Conversation: Reply") in driven.text()
        await driven.press("escape")
        driven.app.notify("Nothing to undo.", markup=False)
        await driven.settle()
        assert marked("Nothing to undo.") in driven.text()


async def test_a_language_is_chosen_and_spoken_at_once(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    settings = Settings(motion="none", read_delay=0.0, file=file)
    async with console(monkeypatch, settings=settings) as driven:
        assert marked("open") not in driven.text()
        await driven.press("g", "s", "down", "down", "enter", "down", "enter", "x", "x", "enter")
        assert marked("Theme") in driven.text()
        await driven.press("escape")
        assert marked("open") in driven.text()
    assert load({}, file).settings.language == "xx"


async def test_a_language_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(motion="none", language="yy", file=tmp_path / "settings.toml")
    async with console(monkeypatch, settings=settings) as driven:
        assert "There are no words for the language ‘yy’ here." in " ".join(driven.text().split())


def test_the_language_of_the_system_counts_where_none_was_chosen(file: Path) -> None:
    folders = [file.parent / "locale"]
    assert words.use("", {"LANG": "xx_YY.UTF-8"}, folders)
    assert tr("Reply") == marked("Reply")
    assert words.use("", {"LC_ALL": "C.UTF-8", "LANG": "xx"}, folders)
    assert tr("Reply") == "Reply"
    assert words.use("", {"LANG": "zz_ZZ"}, folders)
    assert not words.use("zz", {}, folders)
    assert tr("") == ""


def test_the_template_holds_every_text_once() -> None:
    lines = [line for line in template().splitlines() if line.startswith("msgid ")]
    assert len(lines) == len(set(lines))
    for text in ("Reply", "Write a public reply", "Theme", "The colours of everything.", "Nothing matches."):
        assert f'msgid "{text}"' in lines
    for text in ("contacted", "success", "from"):  # a lead, the look of a notification, the audit
        assert f'msgid "{text}"' in lines


async def test_a_servers_fixed_sentences_are_said_in_it(file: Path) -> None:
    words.use("xx", {}, [file.parent / "locale"])
    refusal = StorageDamaged().detail
    async with canned() as server:
        server.on("GET", "/api/v1/me", problem("storage_full", 503, detail=refusal))
        api = Api(server.server)
        with pytest.raises(ApiError) as caught:
            await api.me()
        await api.close()
    assert caught.value.sentence == marked(refusal)


async def test_so_are_those_with_something_in_them(file: Path, address: str) -> None:
    words.use("xx", {}, [file.parent / "locale"])
    dana = await signed_in(address, DANA)
    first = next(each for each in (await dana.conversations()).items if each.number == 1)
    tags = [f"tag-{number}" for number in range(41)]
    await dana.patch_conversation(first.id, add_tags=tags[:20], status=Status.RESOLVED)
    await dana.patch_conversation(first.id, status=Status.CLOSED)
    with pytest.raises(ApiError) as caught:
        await dana.patch_conversation(first.id, status=Status.PENDING)
    assert caught.value.code == "illegal_transition"
    assert caught.value.sentence == marked("It is {current}.").replace("{current}", marked("closed"))
    with pytest.raises(ApiError) as caught:
        await dana.patch_conversation(first.id, add_tags=tags[20:])
    assert caught.value.code == "limit_reached"
    assert caught.value.sentence == marked("A conversation has at most {most} tags.").replace("{most}", "40")
    with pytest.raises(ApiError) as caught:
        await dana.patch_me(name="n" * 999)
    assert refused(caught.value) == marked("is too long: {max_length} at most").replace("{max_length}", "200")
    with pytest.raises(ApiError) as caught:
        await dana.conversations(Filter(q="asignee:me"))
    assert refused(caught.value) == marked("there is no field “{field}”").replace("{field}", "asignee")
    words.use("", {}, [])
    with pytest.raises(ApiError) as caught:
        await dana.patch_conversation(first.id, add_tags=tags[20:])
    assert caught.value.sentence == "A conversation has at most 40 tags."
    await dana.close()
