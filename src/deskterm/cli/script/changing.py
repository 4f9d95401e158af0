"""What `assign`, `status`, `tag` and `escalate` have in common: one change for one or many conversations."""

import argparse
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import complain, emit
from deskterm.cli.script.output import put_json
from deskterm.cli.script.running import add_common_arguments, add_conversations_argument, names_of
from deskterm.client.errors import ApiError
from deskterm.client.script.desk import ScriptDesk
from deskterm.text.words import later, tr

_SAID = {"unchanged": later("is so already"), "denied": later("not there, or not yours to change")}


def add_changing_arguments(parser: argparse.ArgumentParser) -> None:
    """Which conversations, and whether to try only."""
    add_conversations_argument(parser)
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would become of each, and change nothing"
    )
    add_common_arguments(parser, "table", "json")


async def change(desk: ScriptDesk, arguments: argparse.Namespace, patch: dict[str, Any]) -> int:
    """Change them and say what became of each; the exit code is that of the worst."""
    names, missing = {}, []
    for name in names_of(arguments.conversations):
        try:
            names[(await desk.find(name))["id"]] = name
        except ApiError as error:
            if error.code != "not_found":
                raise
            missing.append(name)
    report = await desk.change(list(names), patch, dry_run=arguments.dry_run)
    if arguments.output == "json":
        put_json(report)
    else:
        _tell(report, names, tr("would change") if arguments.dry_run else "changed")
    for name in missing:
        complain(
            tr(
                "deskterm {verb}: there is no conversation {name} that you see.",
                verb=arguments.verb,
                name=name,
            )
        )
    if report["conflicted"]:
        return exits.CONFLICT
    if missing:
        return exits.NOT_FOUND
    return exits.DENIED if report["denied"] else exits.OK


def _tell(report: dict[str, Any], names: dict[str, str], applied: str) -> None:
    said = {each: tr(words) for outcome, words in _SAID.items() for each in report[outcome]}
    said |= dict.fromkeys(report["applied"], applied)
    for each in report["conflicted"]:
        allowed = ", ".join(each.get("allowed") or [])
        said[each["id"]] = tr("refused: {code}", code=each["code"]) + (
            tr(" (possible: {allowed})", allowed=allowed) if allowed else ""
        )
    for id_, name in names.items():
        number = name if name.startswith("#") or not name.isdecimal() else f"#{name}"
        emit(f"{number}  {said.get(id_, '')}")
