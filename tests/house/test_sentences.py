"""Every sentence that people read can be translated (tests/house/sentences.py says how that is found)."""

import ast

import pytest

from deskterm.cli.catalogue import sources, texts
from tests.house.sentences import escaped, path_of


def found_in(line: str) -> list[str]:
    return [text for _, text in escaped(ast.parse(line), "screens/new.py")]


def test_no_sentence_escapes_the_catalogue() -> None:
    found = [
        f"{path_of(file)}:{line} {text!r} is not in the catalogue"
        for file in sources()
        for line, text in escaped(ast.parse(file.read_text("utf-8")), path_of(file))
    ]
    assert not found, "\n" + "\n".join(found)
    assert {"screens", "widgets", "cli"} <= {path_of(each).partition("/")[0] for each in sources()}


@pytest.mark.parametrize(
    "line",
    [
        'self.say(f"Copied {what}.")',
        'title = "Nothing to undo"',
        'Choice("no", "Leave it")',
        'line(("Status", "$muted"))',
        'words = f"{count} waiting"',
        'TITLES = ("Move and open",)',
        'tr(f"Assign #{number} to")',
        'return "1 text is" if count == 1 else ""',
    ],
)
def test_one_that_escapes_is_found(line: str) -> None:
    assert len(found_in(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        'self.say(tr("Copied {what}.", what=what))',
        'title = tr("Nothing to undo")',
        'TITLES = (later("Move and open"),)',
        'trn("{count} text waits", "{count} texts wait", count)',
        'self.notify("Nothing to undo.", markup=False)',
        'style = f"$notice-{name}-edge on $ground bold"',
        'self.query_one("#help-keys")',
        '"""A docstring, as they are."""',
        'raise KeyError("no such thing here")',
    ],
)
def test_what_is_translated_is_left_alone(line: str) -> None:
    assert found_in(line) == []


def test_plurals_and_tables_are_texts_too() -> None:
    tree = ast.parse('trn("{count} text", "{count} texts", n); later("Later."); tr("Now {a}", a=1)')
    assert sorted((each.one, each.many) for each in texts(tree)) == [
        ("Later.", ""),
        ("Now {a}", ""),
        ("{count} text", "{count} texts"),
    ]
