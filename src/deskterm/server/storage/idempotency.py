"""Answers kept under the key that a client chose for its request."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class KeptAnswer(NamedTuple):
    """What was answered, and the hash of the request it was answered to."""

    request_hash: bytes
    status: int
    body: bytes


_FIND = statement("""
    SELECT request_hash, status, body FROM idempotency_answer
    WHERE organization_id = :organization_id AND actor_id = :actor_id AND key = :key
        AND created_at > :since""")
_KEEP = statement("""
    INSERT INTO idempotency_answer (organization_id, actor_id, key, request_hash, status, body, created_at)
    VALUES (:organization_id, :actor_id, :key, :request_hash, :status, :body, :now)
    ON CONFLICT (organization_id, actor_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
        created_at = excluded.created_at""")
_FORGET = statement("DELETE FROM idempotency_answer WHERE created_at < :before")


def find(reader: Reader, organization_id: int, actor_id: bytes, key: str, *, since: int) -> KeptAnswer | None:
    """The answer kept for a person's key after the time `since`."""
    return reader.one(
        KeptAnswer, _FIND, organization_id=organization_id, actor_id=actor_id, key=key, since=since
    )


def keep(
    tx: Tx, organization_id: int, actor_id: bytes, key: str, *, request_hash: bytes, status: int, body: bytes
) -> None:
    """Keep an answer, in the place of an expired one under the same key."""
    tx.run(
        _KEEP,
        organization_id=organization_id,
        actor_id=actor_id,
        key=key,
        request_hash=request_hash,
        status=status,
        body=body,
        now=tx.now,
    )


def forget(tx: Tx, before: int) -> int:
    """Drop what was answered before that time; answers how many."""
    return tx.run(_FORGET, before=before)
