"""The chain of a customer's conversations, when one goes into another: its neighbours stand side by side."""

from deskterm.server.desk.journal import Journal, Write
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.storage import conversations
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Tx

_Change = tuple[bytes, str, bytes | None]


def take_out(tx: Tx, journal: Journal, organization_id: int, row: ConversationRow) -> Write:
    """Tell that its neighbours name each other; answers what writes that. Its own links stay as they are."""
    changes = _links(row, row.next_id, row.previous_id)
    return _relinking(tx, journal, organization_id, changes)


def put_back(tx: Tx, journal: Journal, organization_id: int, row: ConversationRow) -> Write:
    """The same the other way, as far as its neighbours still name each other."""
    changes: list[_Change] = []
    for neighbour, name, _ in _links(row, row.id, row.id):
        other = row.next_id if name == "next_id" else row.previous_id
        now = conversations.link_of(tx, organization_id, neighbour, name)
        if now == other:
            changes.append((neighbour, name, row.id))
    return _relinking(tx, journal, organization_id, changes)


def _links(row: ConversationRow, after: bytes | None, before: bytes | None) -> list[_Change]:
    found: list[_Change] = []
    if row.previous_id is not None:
        found.append((row.previous_id, "next_id", after))
    if row.next_id is not None:
        found.append((row.next_id, "previous_id", before))
    return found


def _relinking(tx: Tx, journal: Journal, organization_id: int, changes: list[_Change]) -> Write:
    for neighbour, _, _ in changes:
        add_updated(journal, neighbour, public=True)

    def write(last: int) -> None:
        for neighbour, name, to in changes:
            write_changes(tx, organization_id, neighbour, {name: to}, last, public=True)

    return write
