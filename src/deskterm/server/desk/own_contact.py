"""The contact as which a registered person writes in."""

from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.retelling import retell, showing
from deskterm.server.storage import contacts, sessions, visitors
from deskterm.server.storage.database import Tx


def do_bind_contact(tx: Tx, organization: int, *, user_id: bytes, name: str, email: str) -> None:
    """Let somebody write as the contact with their address, or as a new one.

    Bound are leads and customers, whose address the organization knows; what a visitor typed proves nothing.
    Whoever wrote as them without signing in does so no more.
    """
    if contacts.by_user(tx, organization, user_id) is not None:
        return
    found = contacts.unbound_with_email(tx, organization, email)
    if found is None:
        contacts.insert(
            tx,
            organization,
            contact_id=tx.ids.new_bytes(),
            kind="customer",
            user_id=user_id,
            name=name,
            email=email,
        )
        return
    concerned = showing(tx, organization, member_id=None, contact_id=found.id)
    seq = retell(tx, organization, None, concerned)
    contacts.bind(tx, organization, found.id, user_id=user_id, name=name, rev=max(seq, found.rev))
    held = sessions.of_contact(tx, organization, found.id)
    visitors.lock_out(tx, organization, found.id)
    end_sessions(tx, held, None)
