"""The page that is kept: for its owner alone, as it was, or not at all."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskterm.client.local.first_page import MOST_PAGES, MOST_ROWS, FirstPage, Owner, keep, recall, wipe
from tests.screens.world import SARAH, World

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OWNER = Owner("https://desk.example.com", "sarah@designpi.com")


@pytest.fixture
def page() -> FirstPage:
    world = World(SARAH)
    return FirstPage(world.me, tuple(world.conversations.values()), AT)


def test_what_rows_show_comes_back(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "deskterm" / "first-page.json"
    keep(path, OWNER, page)
    found = recall(path, OWNER)
    assert found is not None
    assert (found.me.name, found.me.role, found.me.organization.name) == (
        page.me.name,
        page.me.role,
        "DesignPi",
    )
    assert found.at == AT
    for kept, row in zip(found.rows, page.rows, strict=True):
        shown = (
            "number",
            "subject",
            "preview",
            "unread",
            "status",
            "priority",
            "waiting_since",
            "last_message_at",
        )
        assert [getattr(kept, name) for name in shown] == [getattr(row, name) for name in shown]
        assert (kept.contact and kept.contact.label) == (row.contact and row.contact.label)
        assert (kept.assignee and kept.assignee.name) == (row.assignee and row.assignee.name)


def test_only_its_owner_may_read_it(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "first-page.json"
    keep(path, OWNER, page)
    own = OWNER.place(path)
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    own.chmod(0o644)
    assert recall(path, OWNER) is None


@pytest.mark.parametrize(
    "other",
    [
        Owner("https://other.example.com", OWNER.email),
        Owner(OWNER.server, "mike@designpi.com"),
        Owner(OWNER.server, OWNER.email, organization="northwind"),
        Owner.of(OWNER.server, OWNER.email, {"DESKTERM_TOKEN": "dk_s_secret"}),
    ],
)
def test_nobody_else_is_shown_it(other: Owner, page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "first-page.json"
    keep(path, OWNER, page)
    assert recall(path, other) is None


def test_a_token_is_not_in_the_file(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "first-page.json"
    owner = Owner.of(OWNER.server, OWNER.email, {"DESKTERM_TOKEN": "dk_s_secret"})
    keep(path, owner, page)
    assert recall(path, owner) is not None
    assert "dk_s_secret" not in owner.place(path).read_text()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1}', '{"version": 2, "owner": []}', "\x00"])
def test_a_damaged_file_is_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "first-page.json"
    own = OWNER.place(path)
    own.touch(0o600)
    own.write_text(content)
    assert recall(path, OWNER) is None


def test_it_stays_small(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "first-page.json"
    keep(path, OWNER, FirstPage(page.me, page.rows * 20, AT))
    found = recall(path, OWNER)
    assert found is not None
    assert len(found.rows) == MOST_ROWS


def test_wiped_is_gone_and_others_stay(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "pages" / "first-page.json"
    other = Owner(OWNER.server, "mike@designpi.com")
    keep(path, OWNER, page)
    keep(path, other, page)
    wipe(path, OWNER)
    assert recall(path, OWNER) is None
    assert recall(path, other) is not None
    wipe(path)
    assert list(path.parent.iterdir()) == []
    wipe(path)


def test_pages_of_tokens_that_come_and_go_are_few(page: FirstPage, tmp_path: Path) -> None:
    path = tmp_path / "pages" / "first-page.json"
    for number in range(MOST_PAGES + 3):
        keep(path, Owner.of("https://x", "", {"DESKTERM_TOKEN": f"dk_s_{number}"}), page)
    assert len(list(path.parent.iterdir())) == MOST_PAGES
