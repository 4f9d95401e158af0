"""What the verbs ask the server to change, and what takes it back. Pure."""

from datetime import datetime

from deskterm.client.answers import ConversationPatch
from deskterm.protocol.records import Conversation, Priority, Status
from deskterm.protocol.states import allowed
from deskterm.text.times import clock
from deskterm.text.words import tr


def inverse(conversation: Conversation, patch: ConversationPatch) -> tuple[ConversationPatch, ...]:
    """What brings `conversation`, as it was before `patch`, back to where it stood, step by step.

    A resolved conversation cannot become pending or snoozed at once by the state table: it is opened first.
    """
    steps = status_back(conversation, _reached(patch)) if _moves(patch) else ()
    last = steps[-1] | _fields_back(conversation, patch) if steps else _fields_back(conversation, patch)
    return (*steps[:-1], last) if last else ()


def status_back(conversation: Conversation, reached: Status) -> tuple[ConversationPatch, ...]:
    """The moves from `reached` back to where `conversation` stands."""
    wanted = conversation.status
    if wanted is reached and wanted is not Status.SNOOZED:
        return ()
    last: ConversationPatch = {"status": wanted}
    if wanted is Status.SNOOZED and conversation.snoozed_until is not None:
        last["snoozed_until"] = conversation.snoozed_until
    if wanted is reached or wanted in allowed(reached):
        return (last,)
    return ({"status": Status.OPEN}, last)


def _moves(patch: ConversationPatch) -> bool:
    return "status" in patch or "snoozed_until" in patch


def _reached(patch: ConversationPatch) -> Status:
    return Status(patch.get("status", Status.SNOOZED))


def _fields_back(conversation: Conversation, patch: ConversationPatch) -> ConversationPatch:
    back: ConversationPatch = {}
    if "priority" in patch:
        back["priority"] = conversation.priority
    if "assignee_id" in patch:
        back["assignee_id"] = conversation.assignee.id if conversation.assignee else None
    if added := [tag for tag in patch.get("add_tags", ()) if tag not in conversation.tags]:
        back["remove_tags"] = added
    if removed := [tag for tag in patch.get("remove_tags", ()) if tag in conversation.tags]:
        back["add_tags"] = removed
    if "escalated" in patch:
        back["escalated"] = conversation.escalated
        if conversation.escalated and conversation.escalated_reason:
            back["escalated_reason"] = conversation.escalated_reason
    if "unread" in patch:
        back["unread"] = conversation.unread > 0
    return back


def said(conversation: Conversation, patch: ConversationPatch, names: dict[str, str], now: datetime) -> str:
    """What was done, in a few words: `#12 resolved`, `#12 assigned to Mike Chen`."""
    number = f"#{conversation.number}"
    if patch.get("status") == Status.OPEN:
        return tr("{number} is open again", number=number)
    return f"{number} {said_of(patch, names, now)}"


def said_of(patch: ConversationPatch, names: dict[str, str], now: datetime) -> str:
    """The same of no conversation in particular: `assigned to Mike Chen`."""
    if until := patch.get("snoozed_until"):
        return tr("snoozed until {time}", time=clock(until, now))
    if status := patch.get("status"):
        return tr("set to open") if status == Status.OPEN else tr(str(status))
    if priority := patch.get("priority"):
        return tr("has {priority} priority", priority=tr(Priority(priority).value))
    if "assignee_id" in patch:
        assignee = patch["assignee_id"]
        return (
            tr("assigned to {who}", who=names.get(assignee, tr("a colleague")))
            if assignee
            else tr("given back")
        )
    if "escalated" in patch:
        return tr("escalated") if patch["escalated"] else tr("no longer escalated")
    if "unread" in patch:
        return tr("marked as unread") if patch["unread"] else tr("marked as read")
    added = [f"+{tag}" for tag in patch.get("add_tags", ())]
    return tr("tags {tags}", tags=" ".join([*added, *(f"−{tag}" for tag in patch.get("remove_tags", ()))]))
