"""Rows of who takes part in direct conversations and rooms."""

from deskterm.server.storage.database import Tx, statement

_INSERT = statement("""
    INSERT INTO participant (organization_id, conversation_id, kind, participant_id, member_id, contact_id,
        persona_id, joined_at)
    VALUES (:organization_id, :conversation_id, :kind, :participant_id, :member_id, :contact_id,
        :persona_id, :now)""")


def add_member(tx: Tx, organization_id: int, conversation_id: bytes, member_id: bytes) -> None:
    """Let a member take part."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        conversation_id=conversation_id,
        kind="member",
        participant_id=member_id,
        member_id=member_id,
        contact_id=None,
        persona_id=None,
        now=tx.now,
    )
