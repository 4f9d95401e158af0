"""Website visitors: who comes, who comes back, who turns out to be somebody."""

import json
import secrets
from typing import Any, NamedTuple

from deskterm.protocol.wire.requests import PatchMe
from deskterm.protocol.wire.visitors import OpenVisitorSession
from deskterm.server.desk.identified import do_identify
from deskterm.server.desk.visited import columns
from deskterm.server.desk.ways_back import do_go_back
from deskterm.server.errors import Forbidden, Gone
from deskterm.server.identity import Identity
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.principal import Principal
from deskterm.server.sessions import DAY_MS, token_hash
from deskterm.server.storage import api_keys, blocks, contacts, conversations, sessions, visitors
from deskterm.server.storage.api_keys import UsedKeyRow
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.sessions import PlaceRow
from deskterm.server.storage.visitors import VisitorRow

TOKEN_PREFIX, SESSION_PREFIX = "dk_v_", "dk_c_"
TOKEN_MS, SESSION_MS = DAY_MS, 365 * DAY_MS


class Visit(NamedTuple):
    """A visitor let in. `session` is None for somebody who was identified."""

    token: str
    expires_at: int
    session: str | None
    contact: ContactRow


def do_open_session(
    tx: Tx,
    key: UsedKeyRow,
    command: OpenVisitorSession,
    identity: Identity | None,
    place: PlaceRow,
    tokens: LinkTokens,
) -> Visit:
    """Let a visitor in: as whom they came back, as whom their website says they are, or as somebody new.

    Raises `BadIdentity` for a token that was used before, `Gone` for such a way back.
    """
    organization_id = key.key
    session = command.session
    visitor = (
        None if session is None else visitors.by_session(tx, organization_id, token_hash(session), tx.now)
    )
    if identity is None and command.way_back is not None:
        visitor = _led_back(tx, organization_id, command.way_back, tokens)
        session = SESSION_PREFIX + secrets.token_urlsafe(32)
    if identity is not None:
        visitor = do_identify(tx, organization_id, visitor, identity)
        session = None
    elif visitor is None:
        session = SESSION_PREFIX + secrets.token_urlsafe(32)
        visitor = visitors.insert(tx, organization_id, tx.ids.new_bytes())
    if session is not None:
        expires_at = tx.now + SESSION_MS
        visitors.give_session(tx, organization_id, visitor.id, token_hash(session), expires_at)
    if not blocks.is_blocked(tx, organization_id, visitor.id, place.ip or ""):
        _tell_agents(tx, organization_id, visitor, command.metadata, place)
    api_keys.touch(tx, organization_id, key.id, tx.now)
    token = _new_token(tx, organization_id, visitor.id, key.id, place)
    contact = contacts.by_id(tx, organization_id, visitor.id)
    if contact is None:
        raise LookupError("a visitor is a contact")
    return Visit(token, tx.now + TOKEN_MS, session, contact)


def _led_back(tx: Tx, organization_id: int, token: str, tokens: LinkTokens) -> VisitorRow:
    """Whom an e-mail leads back; who signs in does so in the terminal."""
    row = do_go_back(tx, tokens, token)
    visitor = visitors.by_id(tx, organization_id, row.contact_id)
    if row.key != organization_id or row.user_id is not None or visitor is None:
        raise Gone()
    return visitor


def do_introduce(tx: Tx, principal: Principal, patch: PatchMe) -> None:
    """Keep the name and address that an anonymous visitor gives; agents see them at once."""
    if patch.presence is not None:
        raise Forbidden("Visitors have no presence.")
    contact = (
        None
        if principal.contact_id is None
        else contacts.by_id(tx, principal.organization_id, principal.contact_id)
    )
    if contact is None:
        raise LookupError("a visitor is a contact")
    if visitors.is_identified(tx, principal.organization_id, contact.id):
        raise Forbidden("The website has said who you are.")
    name, email = patch.name or contact.name, patch.email or contact.email
    if (name, email) == (contact.name, contact.email):
        return
    seq = _retell(tx, principal, contact.id)
    visitors.introduce(tx, principal.organization_id, contact.id, name=name, email=email, rev=seq)


def _new_token(tx: Tx, organization_id: int, contact_id: bytes, key_id: bytes, place: PlaceRow) -> str:
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    sessions.insert(
        tx,
        organization_id,
        session_id=tx.ids.new_bytes(),
        token_hash=token_hash(token),
        user_id=None,
        member_id=None,
        contact_id=contact_id,
        api_key_id=key_id,
        ip=place.ip or "",
        user_agent=place.user_agent,
        page_url=place.page_url,
        referrer=place.referrer,
        expires_at=tx.now + TOKEN_MS,
    )
    return token


def _tell_agents(
    tx: Tx, organization_id: int, visitor: VisitorRow, given: dict[str, Any] | None, place: PlaceRow
) -> None:
    """Keep what the website says, and show it beside the conversation that is going on."""
    metadata = json.loads(visitor.metadata) if given is None else given
    visitors.tell_about(tx, organization_id, visitor.id, json.dumps(metadata, ensure_ascii=False))
    active = conversations.active_of(tx, organization_id, visitor.id)
    wanted = columns(place, metadata)
    if active is None or visitors.visited(tx, organization_id, active.id) == wanted:
        return
    seq = tx.take_seq(organization_id)
    conversations.update(tx, organization_id, active.id, wanted | {"rev": seq, "updated_at": tx.now})
    tx.record(
        organization_id,
        seq,
        "conversation.updated",
        "conversation",
        active.id,
        Audience.AGENTS_OF_CONVERSATION,
        conversation_id=active.id,
    )


def _retell(tx: Tx, principal: Principal, contact_id: bytes) -> int:
    """Tell of the conversations that show the visitor; answers the last position, 0 for none."""
    organization_id = principal.organization_id
    concerned = contacts.active_conversations(tx, organization_id, contact_id)
    if not concerned:
        return 0
    first = tx.take_seq(organization_id, len(concerned))
    for seq, conversation_id in enumerate(concerned, first):
        contacts.revise_conversation(tx, organization_id, conversation_id, seq)
        tx.record(
            organization_id,
            seq,
            "conversation.updated",
            "conversation",
            conversation_id,
            Audience.CONVERSATION,
            conversation_id=conversation_id,
            actor_id=contact_id,
        )
    return first + len(concerned) - 1
