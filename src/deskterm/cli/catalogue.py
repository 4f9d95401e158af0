"""Everything to translate, as a gettext template: `python -m deskterm.cli.catalogue > deskterm.pot`.

The words of the tables (commands, settings) come from the tables; others are the literals that are given to
`tr` or to what shows a sentence (`SHOWN_BY`).
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from deskterm import __version__
from deskterm.commands.customer import CHAT
from deskterm.commands.model import Command, Group
from deskterm.commands.table import COMMANDS
from deskterm.settings.entry import Group as SettingsGroup
from deskterm.settings.table import ENTRIES

#: Functions that show a sentence in the reader's language, with how many of their arguments are words.
SHOWN_BY = {
    "tr": 1,
    "Sentence": 2,
    "set_empty": 2,
    "show_sentence": 2,
    "show_error": 1,
    "show_words": 1,
    "show_trouble": 1,
    "notify": 1,
    "say": 1,
    "complain": 1,
    "flash": 1,
}


def messages() -> list[str]:
    """Every text once, in the order of tables and files."""
    found = [*_tables(), *_literals()]
    return [each for each in dict.fromkeys(found) if each.strip()]


def template() -> str:
    """The template as a file."""
    head = f'msgid ""\nmsgstr ""\n"Project-Id-Version: deskterm {__version__}\\n"\n'
    head += '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    return head + "".join(f'\nmsgid "{_escaped(each)}"\nmsgstr ""\n' for each in messages())


def _tables() -> Iterator[str]:
    commands: Iterable[Command] = (*COMMANDS, *CHAT)
    for command in commands:
        yield from (command.label, command.title, command.help)
    yield from (each.value for each in Group)
    yield from (each.value for each in SettingsGroup)
    for entry in ENTRIES:
        yield from (entry.title, entry.help)
        yield from (offer.words for offer in entry.options)


def _literals() -> Iterator[str]:
    package = Path(__file__).parents[1]
    files = [package / "app.py", *sorted((package / "widgets").rglob("*.py"))]
    for file in (*files, *sorted((package / "screens").rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = node.args[: SHOWN_BY.get(_name(node.func), 0)]
                yield from (text for each in given for text in _texts(each))


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(node: ast.expr) -> Iterator[str]:
    """The literals that an argument may be; a text with something in it is not one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    print(template(), end="")
