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
    return back


def said(conversation: Conversation, patch: ConversationPatch, names: dict[str, str], now: datetime) -> str:
    """What was done, in a few words: `#12 resolved`, `#12 assigned to Mike Chen`."""
    number = f"#{conversation.number}"
    if until := patch.get("snoozed_until"):
        return tr("{number} snoozed until {time}", number=number, time=clock(until, now))
    if status := patch.get("status"):
        again = tr("{number} is open again", number=number)
        return again if status == Status.OPEN else f"{number} {tr(str(status))}"
    if priority := patch.get("priority"):
        return tr("{number} has {priority} priority", number=number, priority=tr(Priority(priority).value))
    if "assignee_id" in patch:
        assignee = patch["assignee_id"]
        return (
            tr("{number} assigned to {who}", number=number, who=names.get(assignee, tr("a colleague")))
            if assignee
            else tr("{number} given back", number=number)
        )
    if "escalated" in patch:
        return (
            tr("{number} escalated", number=number)
            if patch["escalated"]
            else tr("{number} no longer escalated", number=number)
        )
    tags = [f"+{tag}" for tag in patch.get("add_tags", ())] + [
        f"−{tag}" for tag in patch.get("remove_tags", ())
    ]
    return tr("{number} tags {tags}", number=number, tags=" ".join(tags))
