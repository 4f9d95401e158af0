"""How a conversation looks with the changes that wait to be sent: done, as far as their author is concerned.

Nothing is written into the replica for that: what the server says stays what it is, and a change that is
refused is undone by no longer being laid over it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from deskterm.client.replica.outgoing import PendingChange, SendState
from deskterm.client.replica.roster import Roster
from deskterm.protocol.records import Assignee, Conversation, Priority, Status

_PLAIN = ("subject", "escalated", "escalated_reason", "snoozed_until")


def overlaid(conversation: Conversation, changes: Iterable[PendingChange], roster: Roster) -> Conversation:
    """The conversation as it will be once its waiting changes have gone out."""
    for change in changes:
        if change.conversation_id == conversation.id and change.state is SendState.WAITING:
            conversation = replace(conversation, **_fields(conversation, change, roster))
    return conversation


def _fields(conversation: Conversation, change: PendingChange, roster: Roster) -> dict[str, Any]:
    patch = change.patch
    fields: dict[str, Any] = {name: value for name, value in patch.items() if name in _PLAIN}
    if status := patch.get("status"):
        fields["status"] = Status(status)
    elif patch.get("snoozed_until") is not None:
        fields["status"] = Status.SNOOZED
    if "unread" in patch:
        fields["unread"] = max(conversation.unread, 1) if patch["unread"] else 0
    if priority := patch.get("priority"):
        fields["priority"] = Priority(priority)
    if "assignee_id" in patch:
        member = roster.members.get(patch["assignee_id"] or "")
        fields["assignee"] = Assignee(member.id, member.name, member.presence) if member else None
    if "add_tags" in patch or "remove_tags" in patch:
        tags = {*conversation.tags, *patch.get("add_tags", ())} - set(patch.get("remove_tags", ()))
        fields["tags"] = tuple(sorted(tags))
    return fields
