"""`deskterm contacts import`: people from a CSV file, known by their e-mail address."""

import argparse
import asyncio
import csv
from collections.abc import Iterator
from pathlib import Path

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.place import add_place_arguments
from deskterm.cli.say import complain, say
from deskterm.cli.way_in import signed_in
from deskterm.client.errors import ClientError
from deskterm.client.http.contact_calls import ImportReport, Rejected
from deskterm.text.words import tr

#: Rows that one request takes.
AT_ONCE = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm contacts import FILE`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="import")
    taken = verbs.add_parser("import", help="make or complete contacts from a CSV file")
    taken.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="its first line names the columns: name, email, phone, company, kind, lead_status",
    )
    taken.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")
    add_place_arguments(taken)


def run(arguments: argparse.Namespace) -> int:
    """Import and report; 5 if lines were rejected."""
    try:
        with arguments.file.open(encoding="utf-8-sig", newline="") as file:
            lines = list(_rows(csv.DictReader(file)))
        report = asyncio.run(_import(arguments, lines))
    except KeyboardInterrupt:
        return exits.interrupted()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return exits.fail(
            exits.USAGE,
            tr("deskterm contacts: {file} cannot be read: {error}", file=arguments.file, error=error),
        )
    except ClientError as error:
        return exits.fail(exit_code(error), f"deskterm contacts: {sentence(error)}")
    done = tr("would be ") if arguments.dry_run else ""
    for each in report.rejected:
        complain(tr("line {number}: {reason}", number=lines[each.row - 1][0], reason=each.reason))
    say(
        tr(
            "{created} {done}created, {updated} {done}updated, {unchanged} unchanged, {count} rejected.",
            created=report.created,
            done=done,
            updated=report.updated,
            unchanged=report.unchanged,
            count=len(report.rejected),
        )
    )
    return exits.INVALID if report.rejected else exits.OK


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str | None]]]:
    """Each row with the number of its line; what has more cells than columns says so."""
    for cells in reader:
        row = {str(name or "").strip().lower(): value for name, value in cells.items() if name is not None}
        if None in cells:
            row["more cells than columns"] = "x"
        yield reader.line_num, row


async def _import(
    arguments: argparse.Namespace, lines: list[tuple[int, dict[str, str | None]]]
) -> ImportReport:
    total = ImportReport(0, 0, 0, ())
    async with signed_in(arguments) as api:
        for start in range(0, len(lines), AT_ONCE):
            rows = [cells for _, cells in lines[start : start + AT_ONCE]]
            part = await api.import_contacts(rows, dry_run=arguments.dry_run)
            total = ImportReport(
                total.created + part.created,
                total.updated + part.updated,
                total.unchanged + part.unchanged,
                (*total.rejected, *(Rejected(each.row + start, each.reason) for each in part.rejected)),
            )
    return total
