"""Rows of webhooks: where events go, how far each is, and whether it is paused."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class WebhookRow(NamedTuple):
    """An endpoint. `attempts` and `next_attempt_at` are about the delivery that is in front."""

    organization_id: int
    id: bytes
    url: str
    events: str
    followed_seq: int
    failing_since: int | None
    next_attempt_at: int
    attempts: int
    paused_at: int | None
    paused_because: str | None
    created_by: bytes
    created_at: int
    secret_number: int
    rotated_at: int | None


_SELECT = """
    SELECT organization_id, id, url, events, followed_seq, failing_since, next_attempt_at, attempts,
        paused_at, paused_because, created_by, created_at, secret_number, rotated_at
    FROM webhook"""
_MINE = f"{_SELECT} WHERE organization_id = :organization_id AND deleted_at IS NULL"
_BY_ID = statement(f"{_MINE} AND id = :id")
_PAGE = statement(f"{_MINE} AND id < :before ORDER BY id DESC LIMIT :limit")
_COUNT = statement("""
    SELECT count(*) FROM webhook WHERE organization_id = :organization_id AND deleted_at IS NULL""")
_ACTIVE = statement(f"{_SELECT} WHERE paused_at IS NULL AND deleted_at IS NULL ORDER BY organization_id, id")
_INSERT = statement("""
    INSERT INTO webhook (organization_id, id, url, events, followed_seq, created_by, created_at)
    VALUES (:organization_id, :id, :url, :events, :followed_seq, :created_by, :now)""")
_CHANGE = statement("""
    UPDATE webhook SET url = :url, events = :events, paused_at = :paused_at, paused_because = :paused_because,
        attempts = 0, next_attempt_at = 0, failing_since = NULL, followed_seq = :followed_seq
    WHERE organization_id = :organization_id AND id = :id""")
_DELETE = statement("""
    UPDATE webhook SET deleted_at = :now WHERE organization_id = :organization_id AND id = :id""")
_ROTATE = statement("""
    UPDATE webhook SET secret_number = secret_number + 1, rotated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_FOLLOW = statement("""
    UPDATE webhook SET followed_seq = :seq WHERE organization_id = :organization_id AND id = :id""")
_WENT_WELL = statement("""
    UPDATE webhook SET attempts = 0, next_attempt_at = 0, failing_since = NULL
    WHERE organization_id = :organization_id AND id = :id""")
_WENT_WRONG = statement("""
    UPDATE webhook SET attempts = attempts + 1, next_attempt_at = :next_attempt_at,
        failing_since = coalesce(failing_since, :now), paused_at = :paused_at, paused_because = :because
    WHERE organization_id = :organization_id AND id = :id""")


def by_id(reader: Reader, organization_id: int, webhook_id: bytes) -> WebhookRow | None:
    """The endpoint with this id, unless it was deleted."""
    return reader.one(WebhookRow, _BY_ID, organization_id=organization_id, id=webhook_id)


def page(reader: Reader, organization_id: int, *, before: bytes, limit: int) -> list[WebhookRow]:
    """The organization's endpoints, newest first."""
    return reader.all(WebhookRow, _PAGE, organization_id=organization_id, before=before, limit=limit)


def count(reader: Reader, organization_id: int) -> int:
    """How many there are."""
    return int(reader.value(_COUNT, organization_id=organization_id))


def active(reader: Reader) -> list[WebhookRow]:
    """Those of all organizations that are sent to."""
    return reader.all(WebhookRow, _ACTIVE)


def insert(
    tx: Tx, organization_id: int, *, webhook_id: bytes, url: str, events: str, created_by: bytes
) -> None:
    """A new endpoint, which hears what happens from now on."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=webhook_id,
        url=url,
        events=events,
        followed_seq=tx.head(organization_id),
        created_by=created_by,
        now=tx.now,
    )


def change(tx: Tx, row: WebhookRow) -> None:
    """Store what an admin may change; whatever failed before is tried at once."""
    tx.run(
        _CHANGE,
        organization_id=row.organization_id,
        id=row.id,
        url=row.url,
        events=row.events,
        paused_at=row.paused_at,
        paused_because=row.paused_because,
        followed_seq=row.followed_seq,
    )


def delete(tx: Tx, organization_id: int, webhook_id: bytes) -> None:
    """Send it nothing more; its log goes with time."""
    tx.run(_DELETE, organization_id=organization_id, id=webhook_id, now=tx.now)


def rotate(tx: Tx, organization_id: int, webhook_id: bytes) -> None:
    """Let another secret hold from now on."""
    tx.run(_ROTATE, organization_id=organization_id, id=webhook_id, now=tx.now)


def follow(tx: Tx, row: WebhookRow, seq: int) -> None:
    """What happened up to `seq` is queued."""
    tx.run(_FOLLOW, organization_id=row.organization_id, id=row.id, seq=seq)


def went_well(tx: Tx, row: WebhookRow) -> None:
    """It has taken a delivery."""
    tx.run(_WENT_WELL, organization_id=row.organization_id, id=row.id)


def went_wrong(tx: Tx, row: WebhookRow, *, next_attempt_at: int, because: str | None) -> None:
    """It has not; with `because` it is paused for that reason."""
    tx.run(
        _WENT_WRONG,
        organization_id=row.organization_id,
        id=row.id,
        next_attempt_at=next_attempt_at,
        paused_at=None if because is None else tx.now,
        because=because,
        now=tx.now,
    )
