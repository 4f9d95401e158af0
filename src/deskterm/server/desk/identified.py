"""A visitor turns out to be somebody: their conversations go to the contact their website has signed for."""

from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.contact_moving import move_conversations
from deskterm.server.identity import BadIdentity, Identity
from deskterm.server.storage import audit, sessions, visitors
from deskterm.server.storage.database import Tx
from deskterm.server.storage.visitors import VisitorRow

_NOBODY = bytes(16)


def do_identify(tx: Tx, organization_id: int, visitor: VisitorRow | None, identity: Identity) -> VisitorRow:
    """The contact of an identity, made or found; an anonymous visitor who is them becomes them.

    Found by the website's own id, else by an e-mail address that it has verified, never by one it has not.
    Whoever wrote as them before their website had said so is signed out.
    Raises `BadIdentity` if the token was used before.
    """
    if not visitors.use_token(tx, organization_id, identity.token_id, identity.expires_at):
        raise BadIdentity("It was used before.")
    known = visitors.by_external_id(tx, organization_id, identity.subject)
    if known is None and identity.email is not None and identity.email_verified:
        but = _NOBODY if visitor is None else visitor.id
        known = visitors.by_email(tx, organization_id, identity.email, but=but)
    anonymous = visitor if visitor is not None and visitor.external_id is None else None
    found = known or anonymous or visitors.insert(tx, organization_id, tx.ids.new_bytes())
    visitors.identify(
        tx,
        organization_id,
        found.id,
        external_id=identity.subject,
        name=identity.name,
        email=identity.email,
    )
    unproven = {each.id for each in (found, anonymous) if each is not None and each.external_id is None}
    held = [key for each in unproven for key in sessions.of_contact(tx, organization_id, each)]
    if anonymous is not None and anonymous.id != found.id:
        _merge(tx, organization_id, anonymous.id, found.id)
    end_sessions(tx, held, None)
    return found


def _merge(tx: Tx, organization_id: int, visitor_id: bytes, contact_id: bytes) -> None:
    moved = move_conversations(tx, organization_id, visitor_id, contact_id, actor_id=contact_id)
    visitors.merge(tx, organization_id, visitor_id, contact_id)
    audit.write(
        tx,
        organization_id,
        "contact.identified",
        actor_id=None,
        entity="contact",
        entity_id=contact_id,
        detail={"visitor": visitor_id.hex(), "conversations": moved},
    )
