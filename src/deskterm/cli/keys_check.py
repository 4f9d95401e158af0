"""What `deskterm doctor` finds in a person's own keys: every line that is not in force, or not everywhere."""

from collections.abc import Iterable
from pathlib import Path

from deskterm.commands.keyfile import read_keymap
from deskterm.commands.presets import DEFAULT
from deskterm.terminal.findings import Finding, Verdict


def key_findings(path: Path, preset: str = DEFAULT) -> Iterable[Finding]:
    """One line for each trouble, else one that says how many commands have other keys."""
    keymap = read_keymap(path, preset)
    for each in keymap.troubles:
        verdict = Verdict.PROBLEM if each.ignored else Verdict.NOTE
        yield Finding(
            "keys", each.sentence, verdict, f"change it in {path}" if each.ignored else "it is in force"
        )
    if not keymap.troubles:
        own = len(keymap.changes)
        said = f"{path}, {own} of your own" if path.exists() else f"{path} (not there)"
        yield Finding("keys", f"{said}, preset {keymap.preset}")
