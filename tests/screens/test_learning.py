"""The tour and the tips: taught once, by doing, and never in the way."""

import json
import stat
from pathlib import Path

import pytest

from deskterm.client.local.learnt import Learnt
from deskterm.commands.model import Context
from deskterm.settings import Settings
from deskterm.widgets.chrome.card import Card
from tests.screens.console import SIZES, Driven, console
from tests.screens.world import SARAH, World


def settings(home: Path | None, *, tips: bool = True) -> Settings:
    """Of somebody whose home this is."""
    return Settings(motion="none", read_delay=0.0, home=home, tips=tips)


def card(driven: Driven) -> bool:
    """Whether the card is shown."""
    return bool(driven.inbox.query(Card))


async def test_the_tour_goes_on_by_what_is_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        assert "First steps · 1 of 3 · Move and open" in driven.text()
        await driven.press("j")
        assert "✓ j k" in driven.text()
        await driven.press("enter")
        assert "First steps · 2 of 3 · Reply and send" in driven.text()
        await driven.press("r")
        assert driven.inbox.context is Context.COMPOSER
        await driven.press("escape")
        assert "First steps · 3 of 3 · Find everything" in driven.text()
        await driven.press(":", "escape")
        assert "✓ :" in driven.text()
        await driven.press("?", "escape")
        assert not card(driven)
        assert "That was all." in driven.text()
        assert driven.world.called("send") == []


async def test_who_sends_is_not_asked_to_leave_a_draft_and_reads_keys_that_answer_in_a_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await driven.press("j", "enter", "r", *"hi", "ctrl+s")
        assert len(driven.world.called("send")) == 1
        assert "First steps · 3 of 3 · Find everything" in driven.text()
        assert "· ^P" in driven.text()
        assert "· F1" in driven.text()
        await driven.press("f1", "escape")
        assert "✓ F1" in driven.text()
        await driven.press("escape")
        assert "· :" in driven.text()
        assert "✓ ?" in driven.text()


async def test_escape_skips_it_and_it_is_not_shown_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await driven.press("escape")
        assert not card(driven)
    file = tmp_path / "learnt.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        assert not card(driven)
        await driven.press(":", *"tour", "enter")
        assert card(driven)


async def test_escape_first_goes_back_where_it_can(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await driven.press("enter", "escape")
        assert driven.inbox.context is Context.LIST
        assert card(driven)
        await driven.press("escape")
        assert not card(driven)


async def test_nobody_else_is_kept_from_it_on_the_same_machine(tmp_path: Path) -> None:
    lessons = Learnt(tmp_path / "learnt.json")
    lessons.tour_seen("https://desk.example.com sarah@designpi.com")
    lessons.save()
    again = Learnt(tmp_path / "learnt.json")
    assert again.saw_tour("https://desk.example.com sarah@designpi.com")
    assert not again.saw_tour("https://desk.example.com mike@designpi.com")


@pytest.mark.parametrize("keeps", [False, True])
async def test_who_wants_none_and_whose_machine_keeps_nothing_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, keeps: bool
) -> None:
    chosen = settings(tmp_path, tips=False) if keeps else settings(None)
    async with console(monkeypatch, settings=chosen) as driven:
        assert not card(driven)


@pytest.mark.parametrize("size", SIZES)
async def test_the_card_moves_nothing_and_hides_no_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with console(monkeypatch, size=size) as driven:
        before = [each.region for each in (driven.inbox.list, driven.inbox.thread, driven.inbox.footer)]
    async with console(monkeypatch, size=size, settings=settings(tmp_path)) as driven:
        inbox = driven.inbox
        assert [each.region for each in (inbox.list, inbox.thread, inbox.footer)] == before
        region = inbox.query_one(Card).region
        assert region.intersection(inbox.footer.region).area == 0
        assert region.intersection(inbox.list.region).area == 0
        assert driven.app.focused is inbox.list
        monkeypatch.setattr("deskterm.screens.keys.keyboard._HESITATION", 0.001)
        await driven.press("g")
        while "w outbox" not in driven.text():
            await driven.pilot.pause()
        assert [each.region for each in (inbox.list, inbox.thread, inbox.footer)] == before
        assert "First steps" not in driven.text()
        await driven.press("escape")
        assert "First steps" in driven.text()


@pytest.mark.parametrize("content", ["[]", "{broken", '{"tours": 7, "long_way": []}'])
async def test_a_damaged_file_teaches_nothing_twice_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "learnt.json"
    file.write_text(content)
    file.chmod(0o600)
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await driven.press("j")
        assert driven.app.is_running


async def palette(driven: Driven, words: str) -> None:
    """Run a command the long way."""
    await driven.press(":", *words, "enter")


async def test_the_third_time_by_palette_names_the_key_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "learnt.json").write_text(json.dumps({"tours": {}}))
    (tmp_path / "learnt.json").chmod(0o600)
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        for _ in range(2):
            await palette(driven, "details")
        assert "tip:" not in driven.text()
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await palette(driven, "details")
        assert "tip: i is Details" in driven.text()
    async with console(monkeypatch, settings=settings(tmp_path)) as driven:
        await palette(driven, "details")
        assert "tip:" not in driven.text()


async def test_the_mouse_counts_too_and_a_key_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, settings=settings(None)) as driven:
        for _ in range(4):
            await driven.press("2", "1")
        assert "tip:" not in driven.text()
        for _ in range(3):
            await driven.pilot.click(driven.inbox.tabs, offset=(driven.inbox.tabs.spots()[1][1], 0))
            await driven.settle()
        assert "tip: 2 is View 2" in driven.text()


async def test_no_tips_for_who_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, World(SARAH), settings=settings(None, tips=False)) as driven:
        for _ in range(4):
            await palette(driven, "details")
        assert "tip:" not in driven.text()
