"""What one command tells the log, collected while it decides and written once its log positions are known."""

from collections.abc import Callable

from deskterm.server.storage.database import Audience, Tx

Write = Callable[[int], None]
#: kind, entity, its id, audience, conversation, whom the audience names, detail, what stores it
_Entry = tuple[str, str, bytes, Audience, bytes | None, bytes | None, str | None, Write | None]


class Journal:
    """The log rows of one command, in order.

    Positions are taken in `close`, after all reads and checks and immediately before the writes that carry
    them, so that the log is gapless and in commit order.
    """

    __slots__ = ("_actor_id", "_entries", "_organization_id", "_tx")

    def __init__(self, tx: Tx, organization_id: int, actor_id: bytes | None) -> None:
        self._tx = tx
        self._organization_id = organization_id
        self._actor_id = actor_id
        self._entries: list[_Entry] = []

    def add(
        self,
        kind: str,
        entity: str,
        entity_id: bytes,
        audience: Audience,
        *,
        conversation_id: bytes | None = None,
        audience_id: bytes | None = None,
        detail: str | None = None,
        write: Write | None = None,
    ) -> None:
        """Tell of one change; `write` stores what belongs to it, given its log position."""
        entry = (kind, entity, entity_id, audience, conversation_id, audience_id, detail, write)
        self._entries.append(entry)

    def close(self, before: Write) -> int:
        """Take the positions, write everything, answer the last position.

        `before` gets the last position, which becomes `rev` of every conversation the command changes; it
        runs first, because messages refer to conversations.
        """
        entries = self._entries
        first = self._tx.take_seq(self._organization_id, len(entries))
        last = first + len(entries) - 1
        before(last)
        record, organization_id, actor_id = self._tx.record, self._organization_id, self._actor_id
        for seq, entry in enumerate(entries, first):
            kind, entity, entity_id, audience, conversation_id, audience_id, detail, write = entry
            if write is not None:
                write(seq)
            record(
                organization_id,
                seq,
                kind,
                entity,
                entity_id,
                audience,
                conversation_id,
                audience_id,
                actor_id,
                detail,
            )
        return last
