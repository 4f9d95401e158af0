"""Everything to translate, as a gettext template: `python -m deskterm.cli.catalogue > deskterm.pot`.

The words of the tables (commands, settings, the handbook, and what conversations and people can be) come from
the tables; others are the literals given to `tr`, `trn` and `later`, or to what shows a sentence
(`SHOWN_BY`). A server refuses in English, and the console looks its fixed sentences up in the same catalogue.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, get_args

from deskterm import __version__
from deskterm.commands.customer import CHAT
from deskterm.commands.handbook import PAGES, paragraphs
from deskterm.commands.inside import INSIDE
from deskterm.commands.model import Command, Group
from deskterm.commands.panels import PANELS
from deskterm.commands.table import COMMANDS
from deskterm.protocol.api_keys import KeyKind
from deskterm.protocol.notifications import TEMPLATES
from deskterm.protocol.records import ContactKind, Presence, Priority, Role, Status
from deskterm.protocol.wire.contacts import LeadStatus
from deskterm.server import errors
from deskterm.settings.entry import Group as SettingsGroup
from deskterm.settings.organization import ENTRIES as ORGANIZATION
from deskterm.settings.table import ENTRIES
from deskterm.settings.widget import ENTRIES as WEBSITE

#: Functions that show a sentence in the reader's language, with how many of their arguments are words.
SHOWN_BY = {
    "tr": 1,
    "later": 1,
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

#: The refusals of a server, whose first argument is a sentence.
_KINDS = [
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.DeskError)
]
_REFUSALS = {"later": 1, "mistake": 1, "QueryError": 1, **{each.__name__: 1 for each in _KINDS}}
#: What is wrong in a single field, as the route's models say it.
_OF_FIELDS = {"ValueError": 1}


class Entry(NamedTuple):
    """What is translated: in the singular, and in the plural where a number decides."""

    one: str
    many: str = ""


def messages() -> list[Entry]:
    """Every text once, in the order of tables and files."""
    found = [*map(Entry, _tables()), *(each for file in sources() for each in texts(_parsed(file)))]
    found += [each for file in _of_the_server() for each in texts(_parsed(file), _REFUSALS)]
    found += [each for file in _modules("protocol/wire") for each in texts(_parsed(file), _OF_FIELDS)]
    return [each for each in {each.one: each for each in found}.values() if each.one.strip()]


def template() -> str:
    """The template as a file."""
    head = f'msgid ""\nmsgstr ""\n"Project-Id-Version: deskterm {__version__}\\n"\n'
    head += '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    return head + "".join(map(_entry, messages()))


#: English for now: the list of verbs with their options, and what scripts read.
_ENGLISH = ("catalogue", "main", "listing", "reset")


def sources() -> list[Path]:
    """The files whose sentences people read in their own language."""
    package = Path(__file__).parents[1]
    folders = [package / each for each in ("screens", "widgets", "cli")]
    terminal = [package / "terminal" / f"{each}.py" for each in ("capabilities", "clipboard", "findings")]
    own_keys = [package / "commands" / f"{each}.py" for each in ("keyfile", "merging", "spelling")]
    client = ("errors", "saving", "http/rest", "http/api", "outbox/rules", "live/subscription")
    return [
        package / "app.py",
        package / "text" / "times.py",
        *(file for each in folders for file in sorted(each.rglob("*.py")) if file.stem not in _ENGLISH),
        *(package / "client" / f"{each}.py" for each in client),
        *terminal,
        *own_keys,
    ]


def texts(tree: ast.Module, shown_by: Mapping[str, int] = SHOWN_BY) -> Iterator[Entry]:
    """The literals of a file that are translated."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _name(node.func) == "trn":
            one, many = (next(_literals(each), "") for each in node.args[:2])
            yield Entry(one, many)
        given = node.args[: shown_by.get(_name(node.func), 0)]
        yield from (Entry(text) for each in given for text in _literals(each))


def _of_the_server() -> list[Path]:
    return [*_modules("server"), *_modules("protocol")]


def _modules(folder: str) -> list[Path]:
    return sorted((Path(__file__).parents[1] / folder).rglob("*.py"))


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _tables() -> Iterator[str]:
    commands: Iterable[Command] = (*COMMANDS, *CHAT, *PANELS, *INSIDE)
    for command in commands:
        yield from (command.label, command.title, command.help)
    yield from (each.title for each in _KINDS)
    yield from (each.value for each in Group)
    yield from (each.value for each in SettingsGroup)
    for entry in (*ENTRIES, *ORGANIZATION, *WEBSITE):
        yield from (entry.title, entry.help)
        yield from (offer.words for offer in entry.options)
    for page in PAGES.values():
        yield from paragraphs(page)
    yield from (*TEMPLATES, *get_args(LeadStatus))
    for enum in (Status, Priority, Presence, Role, ContactKind, KeyKind):
        yield from (str(each.value) for each in enum)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literals(node: ast.expr) -> Iterator[str]:
    """The literals that an argument may be; a text with something in it is not one."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _entry(text: Entry) -> str:
    if not text.many:
        return f'\nmsgid "{_escaped(text.one)}"\nmsgstr ""\n'
    plural = f'msgid_plural "{_escaped(text.many)}"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    return f'\nmsgid "{_escaped(text.one)}"\n{plural}'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


if __name__ == "__main__":
    print(template(), end="")
