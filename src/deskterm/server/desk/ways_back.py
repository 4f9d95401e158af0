"""From an e-mail about replies back into its thread, once; and no more such e-mail."""

from deskterm.server.errors import Gone
from deskterm.server.link_tokens import BACK_PREFIX, OFF_PREFIX, LinkTokens, named, same
from deskterm.server.sessions import DAY_MS
from deskterm.server.storage import mail
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.mail import WayBackRow

#: How long an e-mail leads back.
DAYS = 3


def access_way_back(reader: Reader, tokens: LinkTokens, token: str, now: int) -> WayBackRow:
    """Where a token leads; used, expired and made up ones, and those to an old address, are all `Gone`."""
    place = named(token, BACK_PREFIX)
    row = mail.way_back(reader, *place, now - DAYS * DAY_MS) if place else None
    if row is None or not same(token, tokens.way_back(row.key, row.id, row.email)):
        raise Gone()
    return row


def do_go_back(tx: Tx, tokens: LinkTokens, token: str) -> WayBackRow:
    """Use the token up."""
    row = access_way_back(tx, tokens, token, tx.now)
    mail.use_way_back(tx, row)
    return row


def do_end_mail(tx: Tx, tokens: LinkTokens, token: str) -> None:
    """No more e-mail about replies to whoever got this; as often as one likes. `Gone` for a made up one."""
    place = named(token, OFF_PREFIX)
    if place is None or not same(token, tokens.mail_off(*place)) or not mail.has_contact(tx, *place):
        raise Gone()
    mail.turn(tx, *place, on=False)
