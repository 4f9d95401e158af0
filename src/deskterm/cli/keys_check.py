"""What `deskterm doctor` finds in a person's own keys: every line that is not in force, or not everywhere."""

from collections.abc import Iterable
from pathlib import Path

from deskterm.commands.keyfile import read_keymap
from deskterm.commands.presets import DEFAULT
from deskterm.terminal.findings import Finding, Verdict
from deskterm.text.words import tr


def key_findings(path: Path, preset: str = DEFAULT) -> Iterable[Finding]:
    """One line for each trouble, else one that says how many commands have other keys."""
    keymap = read_keymap(path, preset)
    for each in keymap.troubles:
        verdict = Verdict.PROBLEM if each.ignored else Verdict.NOTE
        yield Finding(
            tr("keys"),
            each.sentence,
            verdict,
            tr("change it in {path}", path=path) if each.ignored else tr("it is in force"),
        )
    if not keymap.troubles:
        own = len(keymap.changes)
        said = (
            tr("{path}, {count} of your own", path=path, count=own)
            if path.exists()
            else tr("{path} (not there)", path=path)
        )
        yield Finding(tr("keys"), tr("{said}, preset {preset}", said=said, preset=keymap.preset))
