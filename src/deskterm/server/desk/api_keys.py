"""API keys: made and revoked by admins, shown once."""

import json
import secrets
from typing import NamedTuple

from deskterm.protocol.api_keys import PREFIXES, KeyKind
from deskterm.protocol.wire.api_keys import CreateApiKey
from deskterm.server.desk.accounts import end_sessions
from deskterm.server.errors import Invalid, LimitReached, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.root_secret import RootSecret
from deskterm.server.sessions import token_hash
from deskterm.server.storage import api_keys, audit, sessions
from deskterm.server.storage.api_keys import ApiKeyRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.sessions import SessionKey
from deskterm.server.views.times import milliseconds

#: How many an organization may have at a time.
MOST = 100
IDENTITY, PUBLISHABLE = "identity key", "publishable key"


class MadeKey(NamedTuple):
    """A key just made, with what is shown only now."""

    row: ApiKeyRow
    key: str


def list_api_keys(reader: Reader, principal: Principal, *, before: bytes, limit: int) -> list[ApiKeyRow]:
    """One more than a page of the organization's keys, newest first."""
    return api_keys.page(reader, principal.organization_id, before=before, limit=limit + 1)


def do_create_api_key(tx: Tx, principal: Principal, command: CreateApiKey, root: RootSecret) -> MadeKey:
    """Make a key. Only a secret one is random. An identity key must be known to check by it, a publishable
    one stands in the website's source and may be read again: both are derived from the server's secret.
    """
    organization_id = principal.organization_id
    expires_at = None if command.expires_at is None else milliseconds(command.expires_at)
    if expires_at is not None and expires_at <= tx.now:
        raise Invalid([mistake("must be in the future", "body", "expires_at")])
    if api_keys.count(tx, organization_id) >= MOST:
        raise LimitReached("There are {most} keys already; revoke one first.", most=MOST)
    key_id = tx.ids.new_bytes()
    key = _new_key(command.kind, key_id, root)
    seq = tx.take_seq(organization_id)
    api_keys.insert(
        tx,
        organization_id,
        key_id=key_id,
        kind=command.kind.value,
        key_hash=token_hash(key),
        name=command.name,
        scopes=json.dumps(sorted(set(command.scopes))),
        allowed_origins=json.dumps(sorted(set(command.allowed_origins))),
        expires_at=expires_at,
        created_by=principal.actor_id,
    )
    _tell(tx, principal, seq, "api_key.created", key_id, {"kind": command.kind.value})
    row = api_keys.by_id(tx, organization_id, key_id)
    if row is None:
        raise LookupError("a key just made is there")
    return MadeKey(row, key)


def do_revoke_api_key(tx: Tx, principal: Principal, key_id: bytes) -> None:
    """End a key with everything that hangs on it: its requests, its sockets, its visitors' sessions."""
    organization_id = principal.organization_id
    row = api_keys.by_id(tx, organization_id, key_id)
    if row is None:
        raise NotFound()
    held = [SessionKey(organization_id, key_id), *sessions.of_api_key(tx, organization_id, key_id)]
    seq = tx.take_seq(organization_id)
    api_keys.revoke(tx, organization_id, key_id)
    _tell(tx, principal, seq, "api_key.revoked", key_id, {"kind": row.kind})
    end_sessions(tx, held, principal.actor_id)


def identity_secret(key_id: bytes, root: RootSecret) -> str:
    """What a key of this kind signs with, and what is shown of it when it is made."""
    return PREFIXES[KeyKind.IDENTITY] + root.derive(IDENTITY, key_id)


def published(row: ApiKeyRow, root: RootSecret) -> str | None:
    """A publishable key as it was shown; None for others, and where the server's secret is another by now."""
    if row.kind != KeyKind.PUBLISHABLE:
        return None
    key = PREFIXES[KeyKind.PUBLISHABLE] + root.derive(PUBLISHABLE, row.id)
    return key if token_hash(key) == row.key_hash else None


def _new_key(kind: KeyKind, key_id: bytes, root: RootSecret) -> str:
    match kind:
        case KeyKind.IDENTITY:
            return identity_secret(key_id, root)
        case KeyKind.PUBLISHABLE:
            return PREFIXES[kind] + root.derive(PUBLISHABLE, key_id)
        case KeyKind.SECRET:
            return PREFIXES[kind] + secrets.token_urlsafe(32)


def _tell(tx: Tx, principal: Principal, seq: int, action: str, key_id: bytes, detail: dict[str, str]) -> None:
    organization_id, actor_id = principal.organization_id, principal.actor_id
    tx.record(organization_id, seq, action, "api_key", key_id, Audience.ADMINS, actor_id=actor_id)
    audit.write(
        tx,
        organization_id,
        action,
        actor_id=actor_id,
        entity="api_key",
        entity_id=key_id,
        detail=detail,
    )
