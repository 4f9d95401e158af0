"""Words that do not belong into the project."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, project_files

# Put together here, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" "DO|FIX" "ME|XX" "X|HA" r"CK)\b")
REGISTRY = re.compile(
    r"\b(py"
    r"pi\.org|python"
    r"hosted\.org|npm"
    r"js\.(org|com)|crates"
    r"\.io|rubygems"
    r"\.org|anaconda"
    r"\.org)\b"
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
    "line", ["# TODO: later", "x = 1  # FIXME", "--index-url https://pypi.org/simple", "registry.npmjs.org"]
)
def test_such_words_are_found(line: str) -> None:
    assert len(findings("file", f"first\n{line}\n")) == 1


def test_other_words_are_not() -> None:
    assert findings("file", "mastodon, fixmestick, the desk of a todo list\n") == []
