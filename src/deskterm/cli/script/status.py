"""`deskterm status`: open, pending, snoozed, resolved, closed."""

import argparse
from datetime import UTC, datetime, timedelta

from deskterm.cli.script.changing import add_changing_arguments, change
from deskterm.cli.script.running import run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.protocol.records import Status

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and what they become."""
    add_changing_arguments(parser)
    parser.add_argument("--to", required=True, choices=[each.value for each in Status], help="the new status")
    parser.add_argument(
        "--until",
        type=_moment,
        metavar="WHEN",
        help="with snoozed: 30m, 4h, 2d, 1w, or a time (2026-11-30T09:00)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Change them; answers the exit code."""
    arguments.verb = "status"
    patch = {"status": arguments.to} | ({"snoozed_until": arguments.until} if arguments.until else {})

    async def work(desk: ScriptDesk, _: Access) -> int:
        return await change(desk, arguments, patch)

    return run_script(arguments, work)


def _moment(text: str) -> str:
    """A time from now on, or one of this machine's clock."""
    if text[:-1].isdecimal() and text[-1] in _UNITS and len(text) < 8:
        return (datetime.now(UTC) + timedelta(**{_UNITS[text[-1]]: int(text[:-1])})).isoformat()
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise argparse.ArgumentTypeError("30m, 4h, 2d, 1w, or a time like 2026-11-30T09:00") from None
