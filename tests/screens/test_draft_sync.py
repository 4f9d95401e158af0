"""Drafts and their copy on the server: what was begun at one machine goes on at another, and none is lost."""

import json
from pathlib import Path

import pytest

from deskterm.client.errors import ApiError
from deskterm.protocol.records import Visibility
from deskterm.settings import Settings
from tests.screens.console import Driven, console
from tests.screens.kept_texts import writes_elsewhere
from tests.screens.world import SARAH, World, cid

Patch = pytest.MonkeyPatch
FIRST = cid(4821)
REPLY = (FIRST, Visibility.PUBLIC)


def kept(driven: Driven) -> str | None:
    """The reply that the server has."""
    draft = driven.world.kept_drafts.get(REPLY)
    return draft.body if draft else None


async def paused(driven: Driven) -> None:
    """The pause in writing is over."""
    await driven.inbox.push_drafts()
    await driven.settle()


async def test_a_pause_in_writing_sends_it_once(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", *"soon")
        assert driven.world.called("put_draft") == []
        await paused(driven)
        await paused(driven)
        assert driven.world.called("put_draft") == [(*REPLY, "soon")]


async def test_what_another_machine_has_begun_is_there_on_opening(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        writes_elsewhere(driven.world, FIRST, "Dear Ana", told=False)
        await driven.press("r")
        assert driven.inbox.composer.text() == "Dear Ana"
        assert FIRST in driven.inbox.writing.drafts.conversations
        await driven.press(*"!")
        await paused(driven)
        assert kept(driven) == "Dear Ana!"


async def test_ones_other_screen_follows_while_nothing_is_typed_here(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r")
        writes_elsewhere(driven.world, FIRST, "from there")
        await driven.settle()
        assert driven.inbox.composer.text() == "from there"
        writes_elsewhere(driven.world, FIRST, "")  # it was sent there
        await driven.settle()
        assert driven.inbox.composer.text() == ""


async def test_a_text_under_ones_fingers_is_never_overwritten(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", *"mine")
        writes_elsewhere(driven.world, FIRST, "theirs")
        await driven.settle()
        assert driven.inbox.composer.text() == "mine"
        await paused(driven)
        assert (driven.inbox.composer.text(), kept(driven)) == ("mine", "mine")


async def test_where_both_went_on_apart_both_are_kept(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.offline()
        driven.inbox.writing.drafts.put(*REPLY, "written on the train")
        writes_elsewhere(driven.world, FIRST, "written at the desk", told=False)
        driven.world.back(0)
        await driven.settle()
        await driven.press("r")
        both = "written at the desk\n\nwritten on the train"
        assert driven.inbox.composer.text() == both
        await paused(driven)
        assert kept(driven) == both


async def test_what_goes_on_from_the_other_is_one_text(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.inbox.writing.drafts.put(*REPLY, "Dear Ana")
        writes_elsewhere(driven.world, FIRST, "Dear Ana, thanks", told=False)
        await driven.press("r")
        assert driven.inbox.composer.text() == "Dear Ana, thanks"


async def test_sending_throws_the_servers_copy_away(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", *"soon")
        await paused(driven)
        await driven.press("ctrl+s")
        await paused(driven)
        assert kept(driven) == ""


async def test_offline_nothing_is_tried_and_coming_back_sends_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.offline()
        await driven.press("r", *"soon")
        await paused(driven)
        assert not driven.world.called("put_draft")
        driven.world.back(0)
        await driven.settle()
        assert kept(driven) == "soon"


async def test_what_the_server_refuses_stays_here_and_is_not_tried_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.refuse("put_draft", ApiError("not_found", 404, "There is nothing here."))
        await driven.press("r", *"soon")
        await paused(driven)
        await paused(driven)
        assert len(driven.world.called("put_draft")) == 1
        assert driven.inbox.writing.drafts.get(*REPLY) == "soon"


async def test_a_text_longer_than_a_message_stays_on_this_machine(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.inbox.writing.drafts.put(*REPLY, "x" * 10_001)
        await paused(driven)
        assert not driven.world.called("put_draft")


async def test_leaving_sends_what_the_pause_had_not(monkeypatch: Patch) -> None:
    world = World(SARAH)
    async with console(monkeypatch, world) as driven:
        await driven.press("r", *"soon", "ctrl+q")
    assert world.kept_drafts[REPLY].body == "soon"


async def test_the_next_start_knows_what_the_server_had(monkeypatch: Patch, tmp_path: Path) -> None:
    settings, world = Settings(motion="none", home=tmp_path / "deskterm"), World(SARAH)
    async with console(monkeypatch, world, settings=settings) as driven:
        await driven.press("r", *"soon", "ctrl+q")
    assert settings.drafts is not None
    seen = settings.drafts.with_name("drafts-seen.json")
    assert seen.stat().st_mode & 0o777 == 0o600
    assert "soon" not in seen.read_text()
    writes_elsewhere(world, FIRST, "quite another text", told=False)
    async with console(monkeypatch, world, settings=settings) as driven:
        await driven.press("r")
        assert driven.inbox.composer.text() == "quite another text"


@pytest.mark.parametrize("content", ["", "[]", '{"x": 3}', json.dumps({"a": {"c/public": "no"}})])
async def test_a_damaged_memory_of_the_server_loses_nothing(
    monkeypatch: Patch, tmp_path: Path, content: str
) -> None:
    settings, world = Settings(motion="none", home=tmp_path / "deskterm"), World(SARAH)
    assert settings.drafts is not None
    seen = settings.drafts.with_name("drafts-seen.json")
    seen.parent.mkdir(parents=True, mode=0o700)
    seen.write_text(content)
    seen.chmod(0o600)
    async with console(monkeypatch, world, settings=settings) as driven:
        await driven.press("r", *"soon", "ctrl+q")
    assert world.kept_drafts[REPLY].body == "soon"


async def test_a_server_that_was_set_back_gets_it_again(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", *"soon")
        await paused(driven)
        driven.world.kept_drafts.clear()
        await driven.press("escape", "J", "K")
        assert driven.inbox.composer.text() == "soon"
        await paused(driven)
        assert kept(driven) == "soon"
