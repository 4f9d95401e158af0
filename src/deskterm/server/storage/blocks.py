"""Rows of blocks: visitors and networks whose messages nobody gets to see."""

from ipaddress import ip_address, ip_network
from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class BlockRow(NamedTuple):
    """One block: of a contact, or of a network."""

    id: bytes
    contact_id: bytes | None
    contact_name: str | None
    network: str | None
    reason: str | None
    created_by: bytes
    created_by_name: str
    created_at: int


class _Network(NamedTuple):
    network: str


_SELECT = """
    SELECT b.id, b.contact_id, coalesce(k.name, k.email, 'Visitor ' || k.visitor_number, 'Visitor'),
        b.network, b.reason, b.created_by, u.name, b.created_at
    FROM block b
    LEFT JOIN contact k ON k.organization_id = b.organization_id AND k.id = b.contact_id
    JOIN member m ON m.organization_id = b.organization_id AND m.id = b.created_by
    JOIN user_account u ON u.id = m.user_id
    WHERE b.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND b.id = :id")
_SAME = statement(
    f"{_SELECT} AND b.contact_id IS NOT DISTINCT FROM :contact_id AND b.network IS NOT DISTINCT FROM :network"
)
_PAGE = statement(f"{_SELECT} AND b.id < :before ORDER BY b.id DESC LIMIT :limit")
_COUNT = statement("SELECT count(*) FROM block WHERE organization_id = :organization_id")
_OF_CONTACT = statement("""
    SELECT 1 FROM block WHERE organization_id = :organization_id AND contact_id = :contact_id""")
_NETWORKS = statement("""
    SELECT network FROM block WHERE organization_id = :organization_id AND network IS NOT NULL""")
_INSERT = statement("""
    INSERT INTO block (organization_id, id, contact_id, network, reason, created_by, created_at)
    VALUES (:organization_id, :id, :contact_id, :network, :reason, :created_by, :now)""")
_DELETE = statement("DELETE FROM block WHERE organization_id = :organization_id AND id = :id")


def by_id(reader: Reader, organization_id: int, block_id: bytes) -> BlockRow | None:
    """The block with this id."""
    return reader.one(BlockRow, _BY_ID, organization_id=organization_id, id=block_id)


def same(
    reader: Reader, organization_id: int, *, contact_id: bytes | None, network: str | None
) -> BlockRow | None:
    """The block there is of exactly this."""
    return reader.one(
        BlockRow, _SAME, organization_id=organization_id, contact_id=contact_id, network=network
    )


def page(reader: Reader, organization_id: int, *, before: bytes, limit: int) -> list[BlockRow]:
    """Blocks, newest first."""
    return reader.all(BlockRow, _PAGE, organization_id=organization_id, before=before, limit=limit)


def count(reader: Reader, organization_id: int) -> int:
    """How many there are."""
    return int(reader.value(_COUNT, organization_id=organization_id))


def is_blocked(reader: Reader, organization_id: int, contact_id: bytes | None, address: str) -> bool:
    """Whether a contact is blocked, by themselves or by where they write from."""
    if reader.value(_OF_CONTACT, organization_id=organization_id, contact_id=contact_id) is not None:
        return True
    networks = reader.all(_Network, _NETWORKS, organization_id=organization_id)
    if not networks:
        return False
    try:
        where = ip_address(address)
    except ValueError:
        return False
    return any(where in ip_network(each.network) for each in networks)


def insert(
    tx: Tx,
    organization_id: int,
    *,
    block_id: bytes,
    contact_id: bytes | None,
    network: str | None,
    reason: str | None,
    created_by: bytes,
) -> None:
    """Write a new block."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=block_id,
        contact_id=contact_id,
        network=network,
        reason=reason,
        created_by=created_by,
        now=tx.now,
    )


def delete(tx: Tx, organization_id: int, block_id: bytes) -> None:
    """Let somebody be heard again."""
    tx.run(_DELETE, organization_id=organization_id, id=block_id)
