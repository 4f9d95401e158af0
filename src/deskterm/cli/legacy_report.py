"""What an import of an older chat says of itself; a dry run says the same."""

from pathlib import Path

from deskterm.cli.say import say
from deskterm.server.legacy.findings import CHANGED, REJECTED, Findings
from deskterm.server.legacy.importing import Imported
from deskterm.server.legacy.undoing import Undone

#: What is counted, under the name that people know it by.
_NAMES = {
    "contact": "customers",
    "member": "of these with a way to sign in",
    "agent": "former agents, who cannot sign in",
    "persona": "personas",
    "support": "support conversations",
    "message": "messages and notifications",
    "group": "rooms, only to be read",
}


def report(source: str, organization: str, done: Imported | None, findings: Findings, path: Path) -> None:
    """Print what came, what did not, and where the reasons are."""
    say(f"From {source} to {organization}:")
    if done is None:
        say("  everything of it is here already")
    else:
        _counts(done.made)
    for reason, count in sorted(findings.left_out.items()):
        say(f"  left out: {count} {reason}")
    for outcome in (CHANGED, REJECTED):
        found = sorted(
            (table, reason, count)
            for (each, table, reason), count in findings.counts.items()
            if each == outcome
        )
        for table, reason, count in found:
            say(f"  {outcome}: {count} of {table}: {reason}")
    if findings.counts:
        say(f"Each rejected or changed row is in {path}.")


def undone(done: Undone) -> None:
    """Print what was taken back and what was not."""
    say(f"Import {done.run.number} is taken back:")
    _counts(done.gone)
    if done.kept_numbers:
        numbers = ", ".join(f"#{number}" for number in done.kept_numbers)
        say(f"Kept, because people have written or changed something there since: {numbers}.")
    if any(done.kept.values()):
        say("With them stays:")
        _counts(done.kept)


def _counts(counts: dict[str, int]) -> None:
    for entity, name in _NAMES.items():
        if counts.get(entity):
            say(f"{counts[entity]:>8}  {name}")
