"""`deskterm keys`: make, list and revoke API keys, as an admin."""

import argparse
from typing import Any

from deskterm.cli import exits
from deskterm.cli.say import emit, say
from deskterm.cli.script.output import FORMATS, minute, put_json, put_rows
from deskterm.cli.script.running import Refused, add_common_arguments, run_script
from deskterm.client.script.access import Access
from deskterm.client.script.desk import ScriptDesk
from deskterm.protocol.api_keys import KeyKind, Scope
from deskterm.text.words import tr

_COLUMNS = {
    "ID": lambda row: row["id"],
    "KIND": lambda row: row["kind"],
    "NAME": lambda row: row["name"],
    "MAY": lambda row: row["scopes"] or row["allowed_origins"],
    "USED": lambda row: minute(row["last_used_at"]) or "never",
    "UNTIL": lambda row: minute(row["expires_at"]),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`deskterm keys create`, `list` and `revoke`."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="create|list|revoke")
    create = verbs.add_parser("create", help="make a key; it is shown this once")
    create.add_argument("--kind", choices=[each.value for each in KeyKind], default=KeyKind.SECRET.value)
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--scope", action="append", default=[], choices=[each.value for each in Scope])
    create.add_argument("--origin", action="append", default=[], metavar="URL", help="of a publishable key")
    create.add_argument("--expires", metavar="TIME", help="as in 2027-01-31T00:00:00Z")
    listing = verbs.add_parser("list", help="the keys that work, newest first")
    revoke = verbs.add_parser("revoke", help="end a key with all that uses it")
    revoke.add_argument("key", metavar="ID")
    add_common_arguments(create, "text", "json")
    add_common_arguments(listing, *FORMATS)
    add_common_arguments(revoke, "text")


def run(arguments: argparse.Namespace) -> int:
    """Do it; answers the exit code."""
    arguments.verb = f"keys {arguments.what}"
    work = {"create": _create, "list": _list, "revoke": _revoke}[arguments.what]

    async def do(desk: ScriptDesk, _: Access) -> int:
        return await work(desk, arguments)

    return run_script(arguments, do)


async def _create(desk: ScriptDesk, arguments: argparse.Namespace) -> int:
    if arguments.kind == KeyKind.SECRET and not arguments.scope:
        raise Refused(tr("Say with --scope what the key may do."), exits.USAGE)
    fields: dict[str, Any] = {"kind": arguments.kind, "name": arguments.name}
    fields |= {"scopes": arguments.scope, "allowed_origins": arguments.origin}
    if arguments.expires:
        fields["expires_at"] = arguments.expires
    made = await desk.make_api_key(fields)
    if arguments.output == "json":
        put_json(made)
        return exits.OK
    emit(made["key"])
    return exits.OK


async def _list(desk: ScriptDesk, arguments: argparse.Namespace) -> int:
    await put_rows(desk.api_keys(), _COLUMNS, arguments.output)
    return exits.OK


async def _revoke(desk: ScriptDesk, arguments: argparse.Namespace) -> int:
    await desk.revoke_api_key(arguments.key)
    say("The key is revoked.")
    return exits.OK
