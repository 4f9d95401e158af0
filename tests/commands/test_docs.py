"""The written list of keys is the table's."""

from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.docs import page
from deskterm.commands.panels import PANELS
from deskterm.commands.table import COMMANDS
from tests.house.tree import ROOT


def test_docs_keys_is_what_the_table_makes() -> None:
    written = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m deskterm.commands.docs > docs/keys.md"


def test_every_command_is_listed_once() -> None:
    for command in COMMANDS:
        assert page().count(f"`{command.id}`") == 1 + (command in SHARED)
    for command in (*CHAT, *PANELS):
        assert page().count(f"`{command.id}`") == 1
