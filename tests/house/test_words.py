"""Words that do not belong into the project."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, project_files


def reading(*backwards: str) -> re.Pattern[str]:
    """A pattern for words that are written backwards here, so that this file does not find itself."""
    words = "|".join(re.escape(word[::-1]) for word in backwards)
    return re.compile(rf"\b({words})\b")


UNFINISHED = reading("ODOT", "EMXIF", "KCAH")
REGISTRY = reading(
    "gro.ipyp", "gro.detsohnohtyp", "gro.sjmpn", "moc.sjmpn", "oi.setarc", "gro.smegybur", "gro.adnocana"
)
#: Pictures are made by programs, and carry letters in any order.
PICTURES = (".svg", ".png")


def findings(name: str, text: str) -> list[str]:
    """One line for every unwelcome word in `text`, the content of the file `name`."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := UNFINISHED.search(line):
            found.append(f"{name}:{number} says {match[0]}: finish it, or open an issue")
        if match := REGISTRY.search(line):
            found.append(f"{name}:{number} names a package registry: {match[0]}")
    return found


def read(path: Path) -> str:
    """The text of a file; nothing for a binary one."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_nothing_is_left_unfinished_and_no_registry_is_named() -> None:
    files = [path for path in project_files() if path.suffix not in PICTURES]
    assert ROOT / "pyproject.toml" in files
    found = [line for path in files for line in findings(path.relative_to(ROOT).as_posix(), read(path))]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "backwards", ["retal :ODOT #", "EMXIF  #", "elpmis/gro.ipyp//:sptth", "gro.sjmpn.yrtsiger"]
)
def test_such_words_are_found(backwards: str) -> None:
    line = backwards[::-1]
    assert len(findings("file", f"first\n{line}\n")) == 1


def test_other_words_are_not() -> None:
    assert findings("file", "mastodon, fixmestick, the desk of a todo list\n") == []
