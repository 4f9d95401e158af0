"""Blocks: what a blocked visitor sends is answered as if it were stored, and is not."""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.records import ContactKind
from deskterm.protocol.wire.blocks import CreateBlock
from deskterm.server.errors import Invalid, LimitReached, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, blocks, contacts, sessions
from deskterm.server.storage.blocks import BlockRow
from deskterm.server.storage.database import Access, Audience, Reader, Tx

T = TypeVar("T")

#: How many an organization may have: all of them are looked through when a visitor writes.
MOST = 1_000


class Blocked(NamedTuple):
    """A block, and whether it was made just now."""

    row: BlockRow
    made: bool


def list_blocks(reader: Reader, principal: Principal, *, before: bytes, limit: int) -> list[BlockRow]:
    """One more than a page of the organization's blocks, newest first."""
    return blocks.page(reader, principal.organization_id, before=before, limit=limit + 1)


def do_block(tx: Tx, principal: Principal, command: CreateBlock) -> Blocked:
    """Drown a visitor, or everybody of a network, from now on. What is blocked already stays as it is."""
    organization_id = principal.organization_id
    contact_id = None if command.contact_id is None else to_bytes(command.contact_id)
    if contact_id is not None:
        contact = contacts.by_id(tx, organization_id, contact_id)
        if contact is None:
            raise NotFound()
        if contact.kind != ContactKind.VISITOR:
            raise Invalid([mistake("must be a visitor; disable members", "body", "contact_id")])
    before = blocks.same(tx, organization_id, contact_id=contact_id, network=command.network)
    if before is not None:
        return Blocked(before, made=False)
    if blocks.count(tx, organization_id) >= MOST:
        raise LimitReached(
            "There are {most} blocks already; block networks instead of addresses.", most=f"{MOST:,}"
        )
    block_id, seq = tx.ids.new_bytes(), tx.take_seq(organization_id)
    blocks.insert(
        tx,
        organization_id,
        block_id=block_id,
        contact_id=contact_id,
        network=command.network,
        reason=command.reason,
        created_by=principal.actor_id,
    )
    _tell(tx, principal, seq, "block.created", block_id)
    row = blocks.by_id(tx, organization_id, block_id)
    if row is None:
        raise LookupError("a block just made is there")
    return Blocked(row, made=True)


def do_unblock(tx: Tx, principal: Principal, block_id: bytes) -> None:
    """Let somebody be heard again; what was drowned is gone."""
    if blocks.by_id(tx, principal.organization_id, block_id) is None:
        raise NotFound()
    seq = tx.take_seq(principal.organization_id)
    blocks.delete(tx, principal.organization_id, block_id)
    _tell(tx, principal, seq, "block.deleted", block_id)


def is_drowned(reader: Reader, principal: Principal, address: str | None = None) -> bool:
    """Whether nothing that the principal sends is to be kept: only visitors are drowned.

    `address` is where they send it from, if that is not where their session began.
    """
    if principal.role is not None:
        return False
    if address is None:
        place = sessions.place(reader, principal.organization_id, principal.session_id)
        address = "" if place is None or place.ip is None else place.ip
    return blocks.is_blocked(reader, principal.organization_id, principal.contact_id, address)


class _Undone(Exception):
    """Carries the answer of a command out of its transaction, which is then taken back."""

    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer


async def drown(db: Access, fn: Callable[[Tx], T]) -> T:
    """What `fn` answers, without what it does."""

    def run(tx: Tx) -> T:
        raise _Undone(fn(tx))

    try:
        return await db.write(run)
    except _Undone as undone:
        return undone.answer  # type: ignore[return-value]


def _tell(tx: Tx, principal: Principal, seq: int, action: str, block_id: bytes) -> None:
    organization_id, actor_id = principal.organization_id, principal.actor_id
    tx.record(organization_id, seq, action, "block", block_id, Audience.ADMINS, actor_id=actor_id)
    audit.write(tx, organization_id, action, actor_id=actor_id, entity="block", entity_id=block_id)
