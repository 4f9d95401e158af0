"""`deskterm webhooks`: send events to other programs, look what was sent, send it again; as an admin."""

import argparse
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import emit, say
from deskterm.cli.script.output import FORMATS, minute, put_json, put_rows
from deskterm.cli.script.running import add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import Json, ScriptDesk
from deskterm.protocol.webhooks import WebhookEvent
from deskterm.text.words import later, tr


def _state(row: Json) -> str:
    if row["paused"]:
        return tr("paused: {problem}", problem=row["problem"]) if row["problem"] else "paused"
    return (
        tr("failing since {minute}", minute=minute(row["failing_since"])) if row["failing_since"] else "works"
    )


_COLUMNS = {
    "ID": lambda row: row["id"],
    "STATE": _state,
    "URL": lambda row: row["url"],
    "EVENTS": lambda row: row["events"],
}
_DELIVERIES = {
    "ID": lambda row: row["id"],
    "EVENT": lambda row: row["kind"],
    "MADE": lambda row: minute(row["created_at"]),
    "TRIED": lambda row: str(row["attempts"]),
    "BECAME": lambda row: row["problem"] or (str(row["status"]) if row["finished_at"] else "waits"),
}
#: What each verb about one endpoint takes, and says when it is done.
_ABOUT_ONE = {
    "deliveries": later("what was sent there, newest first"),
    "replay": later("send a delivery again"),
    "pause": later("send nothing for now"),
    "resume": later("go on; what happened meanwhile is not sent"),
    "rotate": later("another secret; for a day the one before holds, too"),
    "delete": later("send nothing more there"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm webhooks list`, `create`, and what is done to one."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="list|create|" + "|".join(_ABOUT_ONE))
    add_common_arguments(verbs.add_parser("list", help="where events go, and whether that works"), *FORMATS)
    create = verbs.add_parser("create", help="send events somewhere; its secret is shown this once")
    create.add_argument("url", metavar="URL")
    create.add_argument(
        "--event", action="append", required=True, choices=[each.value for each in WebhookEvent]
    )
    add_common_arguments(create, "text", "json")
    for name, help_ in _ABOUT_ONE.items():
        verb = verbs.add_parser(name, help=tr(help_))
        verb.add_argument("webhook", metavar="ID")
        if name == "replay":
            verb.add_argument("delivery", metavar="DELIVERY")
        if name == "deliveries":
            verb.add_argument("--limit", type=int, default=50, metavar="N")
        add_common_arguments(verb, *(FORMATS if name == "deliveries" else ("text", "json")))


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    arguments.verb = f"webhooks {arguments.what}"

    async def do(desk: ScriptDesk, _: Access) -> int:
        if arguments.what == "list":
            await put_rows(desk.webhooks(), _COLUMNS, arguments.output)
        elif arguments.what == "deliveries":
            rows = desk.deliveries(arguments.webhook, arguments.limit)
            await put_rows(rows, _DELIVERIES, arguments.output)
        else:
            _tell(arguments, await _change(desk, arguments))
        return exits.OK

    return run_script(arguments, do)


async def _change(desk: ScriptDesk, arguments: argparse.Namespace) -> Json:
    match arguments.what:
        case "create":
            return await desk.make_webhook({"url": arguments.url, "events": arguments.event})
        case "rotate":
            return await desk.rotate_webhook(arguments.webhook)
        case "replay":
            return await desk.replay(arguments.webhook, arguments.delivery)
        case "delete":
            await desk.delete_webhook(arguments.webhook)
            return {}
        case what:
            return await desk.change_webhook(arguments.webhook, {"paused": what == "pause"})


def _tell(arguments: argparse.Namespace, done: dict[str, Any]) -> None:
    words = {
        "replay": tr("It is queued once more."),
        "pause": tr("It is paused."),
        "resume": tr("It goes on."),
        "delete": tr("It is deleted."),
    }
    if arguments.output == "json":
        put_json(done)
    elif "secret" in done:
        emit(done["secret"])
    else:
        say(words[arguments.what])
