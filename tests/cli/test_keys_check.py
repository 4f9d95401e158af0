"""What `deskterm doctor` says of a person's own keys."""

from pathlib import Path

from deskterm.cli.keys_check import key_findings
from deskterm.terminal.findings import Verdict


def test_every_line_with_a_problem_is_named(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('"ticket.repli" = "x"\n"ticket.reply" = "alt+1"\n')
    first, second = key_findings(file)
    assert first.verdict is Verdict.PROBLEM
    assert first.line.startswith("keys: keys.toml:1: no command is called “ticket.repli”")
    assert second.verdict is Verdict.NOTE
    assert second.found == "keys.toml:2: many terminals cannot send alt+1"


def test_a_file_in_order_and_none_at_all(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    [none] = key_findings(file, "emacs")
    assert none.line == f"keys: {file} (not there), preset emacs — ok"
    file.write_text('"ticket.reply" = "ctrl+r"\n')
    [found] = key_findings(file)
    assert found.line == f"keys: {file}, 1 of your own, preset default — ok"
