"""A backup of the whole server while everything goes on."""

from functools import partial

from deskterm.protocol.wire.backups import MadeBackup, MakeBackup
from deskterm.server.desk.backups import do_note_backup
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who


async def make_backup(call: Call) -> Answer:
    """Make one beside the data, verified; its files are in place when the answer comes."""
    name = await call.services.erasures.backup_before()
    await call.db.write(partial(do_note_backup, principal=call.principal, name=name))
    return Answer(201, {"name": name})


ROUTES = (
    Route(
        "POST",
        "/backup",
        make_backup,
        "Make a verified backup of the server, beside its data",
        Who.ADMINS,
        body=MakeBackup,
        answers={201: MadeBackup},
        idempotent=False,
    ),
)
