"""Unsent texts outlive the program and stay private."""

import json
from pathlib import Path

import pytest

from deskterm.protocol.records import Visibility
from deskterm.screens.writing.drafts import Drafts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "drafts.json"


def test_a_draft_is_there_at_the_next_start(path: Path) -> None:
    drafts = Drafts(path, "sarah")
    drafts.put("c1", Visibility.PUBLIC, "Hello\n👋")
    drafts.put("c1", Visibility.INTERNAL, "ask Mike")
    drafts.save()
    again = Drafts(path, "sarah")
    assert again.get("c1", Visibility.PUBLIC) == "Hello\n👋"
    assert again.get("c1", Visibility.INTERNAL) == "ask Mike"
    assert again.conversations == {"c1"}


def test_a_sent_draft_is_gone(path: Path) -> None:
    drafts = Drafts(path, "sarah")
    drafts.put("c1", Visibility.PUBLIC, "Hello")
    drafts.save()
    drafts.put("c1", Visibility.PUBLIC, "  \n")
    drafts.save()
    assert len(Drafts(path, "sarah")) == 0


def test_two_people_on_one_machine_do_not_meet(path: Path) -> None:
    for account in ("sarah", "mike"):
        drafts = Drafts(path, account)
        drafts.put("c1", Visibility.PUBLIC, account)
        drafts.save()
    assert Drafts(path, "sarah").get("c1", Visibility.PUBLIC) == "sarah"
    assert Drafts(path, "mike").get("c1", Visibility.PUBLIC) == "mike"


def test_two_consoles_of_one_person_lose_nothing_of_each_other(path: Path) -> None:
    """Both have been open for long; what one throws away stays away."""
    first = Drafts(path, "sarah")
    first.put("c1", Visibility.PUBLIC, "for one")
    first.put("c2", Visibility.PUBLIC, "sent soon")
    first.save()
    second = Drafts(path, "sarah")
    third = Drafts(path, "sarah")
    first.put("c2", Visibility.PUBLIC, "")
    first.put("c4", Visibility.PUBLIC, "for four")
    first.save()
    second.put("c3", Visibility.INTERNAL, "for three")
    second.save()
    third.put("c1", Visibility.PUBLIC, "for one, longer")
    third.save()
    found = Drafts(path, "sarah")
    assert found.conversations == {"c1", "c3", "c4"}
    assert found.get("c1", Visibility.PUBLIC) == "for one, longer"
    assert found.get("c3", Visibility.INTERNAL) == "for three"


def test_only_the_owner_may_read_the_file(path: Path) -> None:
    drafts = Drafts(path, "sarah")
    drafts.put("c1", Visibility.PUBLIC, "secret")
    drafts.save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["drafts.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sarah": 3}'])
def test_a_damaged_file_counts_as_empty(path: Path, content: str) -> None:
    path.parent.mkdir()
    path.write_text(content)
    drafts = Drafts(path, "sarah")
    assert len(drafts) == 0
    drafts.put("c1", Visibility.PUBLIC, "new")
    drafts.save()
    assert json.loads(path.read_text())["sarah"] == {"c1/public": "new"}


def test_without_a_file_nothing_is_written(tmp_path: Path) -> None:
    drafts = Drafts(None, "sarah")
    drafts.put("c1", Visibility.PUBLIC, "new")
    drafts.save()
    assert drafts.get("c1", Visibility.PUBLIC) == "new"
