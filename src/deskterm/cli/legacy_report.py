"""What an import of an older chat says of itself; a dry run says the same."""

from pathlib import Path

from deskterm.cli.say import say
from deskterm.server.legacy.findings import CHANGED, REJECTED, Findings
from deskterm.server.legacy.importing import Imported
from deskterm.server.legacy.undoing import Undone
from deskterm.text.words import later, tr

#: What is counted, under the name that people know it by.
_NAMES = {
    "contact": "customers",
    "member": later("of these with a way to sign in"),
    "agent": later("former agents, who cannot sign in"),
    "persona": "personas",
    "support": later("support conversations"),
    "message": later("messages and notifications"),
    "group": later("rooms, only to be read"),
}


def report(source: str, organization: str, done: Imported | None, findings: Findings, path: Path) -> None:
    """Print what came, what did not, and where the reasons are."""
    say(tr("From {source} to {organization}:", source=source, organization=organization))
    if done is None:
        say("  everything of it is here already")
    else:
        _counts(done.made)
    for reason, count in sorted(findings.left_out.items()):
        say(tr("  left out: {count} {reason}", count=count, reason=reason))
    for outcome in (CHANGED, REJECTED):
        found = sorted(
            (table, reason, count)
            for (each, table, reason), count in findings.counts.items()
            if each == outcome
        )
        for table, reason, count in found:
            say(
                tr(
                    "  {outcome}: {count} of {table}: {reason}",
                    outcome=outcome,
                    count=count,
                    table=table,
                    reason=reason,
                )
            )
    if findings.counts:
        say(tr("Each rejected or changed row is in {path}.", path=path))


def undone(done: Undone) -> None:
    """Print what was taken back and what was not."""
    say(tr("Import {number} is taken back:", number=done.run.number))
    _counts(done.gone)
    if done.kept_numbers:
        numbers = ", ".join(f"#{number}" for number in done.kept_numbers)
        say(
            tr(
                "Kept, because people have written or changed something there since: {numbers}.",
                numbers=numbers,
            )
        )
    if any(done.kept.values()):
        say("With them stays:")
        _counts(done.kept)


def _counts(counts: dict[str, int]) -> None:
    for entity, name in _NAMES.items():
        if counts.get(entity):
            say(f"{counts[entity]:>8}  {tr(name)}")
