"""Where settings come from, and what is said about lines that do not count."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from deskterm.cli.checkup import findings
from deskterm.client.local.paths import settings_file
from deskterm.settings import Settings
from deskterm.settings.docs import page
from deskterm.settings.sources import Origin, load
from deskterm.settings.table import ENTRIES
from deskterm.terminal.findings import Verdict
from tests.house.tree import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def written(file: Path, *lines: str) -> Path:
    """`file` with these lines."""
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_without_a_file_everything_is_as_usual(file: Path) -> None:
    found = load({}, file)
    assert found.settings == Settings(file=file)
    assert not found.problems
    assert {each.where for each in found.chosen.values()} == {"default"}


def test_the_environment_comes_before_the_file_and_the_file_before_the_defaults(file: Path) -> None:
    written(file, "# mine", 'theme = "nord"', "mouse = false", "hours = 12")
    found = load({"DESKTERM_THEME": "dracula", "DESKTERM_TIPS": "off"}, file)
    assert (found.settings.theme, found.settings.mouse, found.settings.hours) == ("dracula", False, "12")
    assert not found.settings.tips
    assert found.settings.advance == "next"
    assert found.chosen["theme"].where == "DESKTERM_THEME"
    assert found.chosen["mouse"].where == "settings.toml:3"
    assert found.chosen["hours"].origin is Origin.FILE
    assert not found.decided("advance")
    assert not found.problems


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('theme = "x"', "theme ‘x’ is not one of deskterm-dark, "),
        ('theme = "nrod"', "did you mean ‘nord’?"),
        ('advance = "nxt"', "advance ‘nxt’ is not one of next, stay; did you mean ‘next’?"),
        ('thme = "nord"', "‘thme’ is no setting; did you mean ‘theme’?"),
        ("zebra = 1", "‘zebra’ is no setting"),
        ("theme = nord", "this line is not TOML: "),
        ("[theme", "this line is not TOML: "),
        ('bell = "yes"', "bell ‘yes’ is neither true nor false"),
        ("read_delay = -1", "read_delay ‘-1’ is not a number of seconds from 0 to 60"),
        ("read_delay = true", "read_delay ‘True’ is not a number"),
        ("read_delay = nan", "read_delay ‘nan’ is not a number"),
        ('time_zone = "Europe/Berln"', "did you mean ‘Europe/Berlin’?"),
        ('time_zone = "../../etc/passwd"', "is no time zone"),
        (r'editor = "vi\u001b[31m"', "is not a line of text"),
    ],
)
def test_a_line_that_does_not_count_is_named_and_the_others_count(line: str, said: str, file: Path) -> None:
    written(file, "# mine", "", line, 'list_times = "absolute"')
    found = load({}, file)
    assert [each for each in found.problems if each.startswith("settings.toml:3: ") and said in each]
    assert len(found.problems) == 1
    assert found.settings == Settings(list_times="absolute", file=file)


def test_a_wrong_variable_is_named_and_the_file_counts(file: Path) -> None:
    written(file, 'theme = "nord"')
    found = load({"DESKTERM_THEME": "red", "DESKTERM_NOTIFY": "bell,horn"}, file)
    assert found.settings.theme == "nord"
    assert found.settings.notifications
    assert found.problems == (
        found.problems[0],
        "DESKTERM_NOTIFY: ‘bell,horn’ names ‘horn’, which is not one of bell, desktop, title, none",
    )
    assert found.problems[0].startswith("DESKTERM_THEME: ‘red’ is not one of ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"= =\n" * 30])
def test_what_is_no_text_counts_for_nothing(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    found = load({}, file)
    assert found.settings == Settings(file=file)
    assert any("nothing of it counts" in each for each in found.problems)


def test_over_ssh_nothing_moves_unless_somebody_chose_it(file: Path) -> None:
    assert load({"SSH_TTY": "/dev/pts/1"}).settings.motion == "none"
    assert load({"SSH_TTY": "/dev/pts/1"}).chosen["motion"].where == "default over ssh"
    written(file, 'motion = "full"')
    assert load({"SSH_TTY": "/dev/pts/1"}, file).settings.motion == "full"


def test_no_colour_stands_above_every_theme(file: Path) -> None:
    written(file, 'theme = "nord"')
    found = load({"NO_COLOR": "", "DESKTERM_THEME": "dracula"}, file)
    assert (found.settings.theme, found.settings.color) == ("ansi-dark", False)
    assert found.chosen["theme"].where == "NO_COLOR"


def test_every_entry_is_a_field_and_every_field_an_entry() -> None:
    names = [each.name for each in fields(Settings)]
    assert set(names) - {each.name for each in ENTRIES} == {"color", "home", "file"}
    usual = Settings()
    assert all(getattr(usual, each.name) == each.default for each in ENTRIES)
    assert all(each.check(option.value) == option.value for each in ENTRIES for option in each.options)


def test_doctor_lists_what_does_not_count() -> None:
    written(settings_file(), 'theme = "x"')
    found = [each for each in findings(None) if each.about == "settings"]
    assert [each.verdict for each in found] == [Verdict.PROBLEM]
    assert "settings.toml:1: theme ‘x’" in found[0].line


def test_docs_settings_is_what_the_table_makes() -> None:
    kept = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert kept == page(), "run: python -m deskterm.settings.docs > docs/settings.md"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("theme = " + "[" * 50_000, id="lists"),
        pytest.param("theme = " + "{a = " * 5_000, id="tables"),
        pytest.param("theme = " + "9" * 5_000, id="a number"),
        pytest.param("a = 1\n" * 200_000, id="long"),
    ],
)
def test_a_file_that_is_made_to_break_readers_is_a_sentence(file: Path, text: str) -> None:
    file.write_text(text)
    found = load({}, file)
    assert len(found.problems) == 1
    assert found.chosen["theme"].origin is Origin.DEFAULT


def test_what_is_no_file_keeps_nobody_waiting(file: Path) -> None:
    os.mkfifo(file)
    assert load({}, file).problems == ("settings.toml: it is no file, so nothing of it counts",)
