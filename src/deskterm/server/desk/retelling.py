"""Telling of conversations that show somebody differently now: as their contact, or among who takes part."""

from deskterm.server.storage import contacts, participants
from deskterm.server.storage.database import Audience, Reader, Tx


def retell(tx: Tx, organization: int, actor_id: bytes | None, concerned: list[bytes]) -> int:
    """Tell of these conversations; answers the first position, 0 for none."""
    if not concerned:
        return 0
    seq = tx.take_seq(organization, len(concerned))
    for position, conversation_id in enumerate(concerned, seq):
        contacts.revise_conversation(tx, organization, conversation_id, position)
        tx.record(
            organization,
            position,
            "conversation.updated",
            "conversation",
            conversation_id,
            Audience.CONVERSATION,
            conversation_id=conversation_id,
            actor_id=actor_id,
        )
    return seq


def showing(
    reader: Reader, organization: int, *, member_id: bytes | None, contact_id: bytes | None
) -> list[bytes]:
    """The conversations that show somebody."""
    own = [] if contact_id is None else contacts.active_conversations(reader, organization, contact_id)
    together = participants.conversations_of(reader, organization, member_id=member_id, contact_id=contact_id)
    return list(dict.fromkeys([*own, *together]))
