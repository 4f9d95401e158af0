"""Which messages their author may still change. Pure; the server decides."""

from deskterm.protocol.records import AuthorKind, Me, Message, Visibility


def may_change(message: Message, me: Me) -> bool:
    """Whether it is one's own and nobody outside has read it. Whose persona it was, only admins are told."""
    if message.deleted or (message.visibility is Visibility.PUBLIC and message.held_until is None):
        return False
    if message.author.kind is AuthorKind.PERSONA:
        return message.operator is None or message.operator.id == me.member_id
    return message.author.kind is AuthorKind.AGENT and message.author.id == me.member_id
