"""Blocks, for admins."""

from typing import Any

from deskterm.protocol.ids import to_text
from deskterm.protocol.wire import blocks as wire
from deskterm.protocol.wire.requests import Page
from deskterm.server.desk import blocks as desk
from deskterm.server.http.call import Answer, Call
from deskterm.server.http.paging import LAST, page, position
from deskterm.server.http.route import Route, Who
from deskterm.server.storage.blocks import BlockRow
from deskterm.server.storage.database import Tx
from deskterm.server.views.times import rfc3339


async def list_blocks(call: Call) -> Answer:
    """Who is drowned."""
    before = position(call.query, LAST)
    rows = call.db.read(
        lambda reader: desk.list_blocks(reader, call.principal, before=before, limit=call.query.limit)
    )
    return Answer(200, page([_block(each) for each in rows], call.query))


async def create_block(call: Call) -> Answer:
    """Drown somebody from now on."""

    def create(tx: Tx) -> Answer:
        blocked = desk.do_block(tx, call.principal, call.body)
        return Answer(201 if blocked.made else 200, _block(blocked.row))

    return await call.command(create)


async def delete_block(call: Call) -> Answer:
    """Let somebody be heard again."""

    def delete(tx: Tx) -> Answer:
        desk.do_unblock(tx, call.principal, call.path["block_id"])
        return Answer(204)

    return await call.command(delete)


def _block(row: BlockRow) -> dict[str, Any]:
    return {
        "id": to_text(row.id),
        "contact_id": None if row.contact_id is None else to_text(row.contact_id),
        "contact": _contact(row),
        "network": row.network,
        "reason": row.reason,
        "created_by": {"id": to_text(row.created_by), "name": row.created_by_name},
        "created_at": rfc3339(row.created_at),
    }


def _contact(row: BlockRow) -> dict[str, Any] | None:
    return None if row.contact_id is None else {"id": to_text(row.contact_id), "name": row.contact_name}


ROUTES = (
    Route(
        "GET",
        "/blocks",
        list_blocks,
        "Who is blocked, newest first",
        Who.ADMINS,
        query=Page,
        answers={200: wire.Blocks},
    ),
    Route(
        "POST",
        "/blocks",
        create_block,
        "Block a visitor, an address or a network: what they send is answered and not kept",
        Who.ADMINS,
        body=wire.CreateBlock,
        answers={201: wire.Block, 200: wire.Block},
    ),
    Route(
        "DELETE",
        "/blocks/{block_id}",
        delete_block,
        "Unblock",
        Who.ADMINS,
        answers={204: None},
    ),
)
