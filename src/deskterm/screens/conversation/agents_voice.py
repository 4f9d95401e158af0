"""What agents are shown of a conversation's messages. Pure."""

from collections.abc import Sequence

from deskterm.protocol.records import Message, MessageKind, Visibility


def for_agents(messages: Sequence[Message]) -> list[Message]:
    """The messages without what contacts are told of a change right after agents were told who made it."""
    shown: list[Message] = []
    for message in messages:
        told = shown[-1] if shown else None
        if not (
            told is not None
            and message.kind is told.kind is MessageKind.ACTIVITY
            and message.visibility is Visibility.PUBLIC
            and told.visibility is Visibility.INTERNAL
            and message.created_at == told.created_at
        ):
            shown.append(message)
    return shown
