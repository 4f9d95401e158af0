"""What the console's help tells is what docs/ tell, and names keys that exist."""

import re

import pytest

from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.filter_page import FILTERS
from deskterm.commands.handbook import ADMINS, CUSTOMERS, PAGES, written
from deskterm.commands.panels import PANELS
from deskterm.commands.table import COMMANDS
from tests.house.tree import ROOT


@pytest.mark.parametrize("name", PAGES)
def test_the_written_page_is_that_of_the_console(name: str) -> None:
    there = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert there == written(PAGES[name]), "run: python -m deskterm.commands.handbook docs"


@pytest.mark.parametrize(
    ("text", "commands", "panels"),
    [
        (CUSTOMERS, (*CHAT, *SHARED), set()),
        (FILTERS, COMMANDS, {"q=", "-", "me"}),
        (ADMINS, (*COMMANDS, *PANELS), set()),
    ],
)
def test_every_key_it_names_is_one(text: str, commands: tuple[object, ...], panels: set[str]) -> None:
    known = {key for each in commands for key in each.shown_keys.split("  ")}  # type: ignore[attr-defined]
    named = {each for each in re.findall(r"`([^`]+)`", written(text)) if len(each) <= 3 and each not in "✎●"}
    assert named <= known | panels
