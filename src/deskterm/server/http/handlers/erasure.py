"""Erasing a person: what would go, and then, after a backup, what went."""

from functools import partial

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import contacts as wire
from deskterm.server.desk.erasing import NOTHING, access_erasing, do_erase
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.route import Route, Who


async def erase_contact(call: Call) -> Answer:
    """Erase a contact; harmless where it is done already."""
    services, contact_id = call.services, call.path["contact_id"]
    done = call.db.read(lambda reader: access_erasing(reader, call.principal, contact_id))
    backup = None
    if done is not NOTHING and not call.body.dry_run:
        backup = await services.erasures.backup_before()
        done = await services.db.write(
            partial(do_erase, principal=call.principal, contact_id=contact_id, backup=backup)
        )
        await services.erasures.tidy_up(done.files)
    report = {
        "contact_id": to_text(contact_id),
        **done.amount._asdict(),
        "dry_run": call.body.dry_run,
        "backup": backup,
    }
    return Answer(200, report)


ROUTES = (
    Route(
        "POST",
        "/contacts/{contact_id}/erase",
        erase_contact,
        "Erase everything that is known of somebody and was written with them, after a backup",
        Who.ADMINS,
        body=wire.EraseContact,
        answers={200: wire.Erasure},
        idempotent=False,
    ),
)
