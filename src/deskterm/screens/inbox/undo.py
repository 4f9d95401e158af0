"""What can be taken back, and whether it still can. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deskterm.client.answers import ConversationPatch
from deskterm.protocol.records import Conversation, Message, Status
from deskterm.text.safe import safe_line
from deskterm.text.times import clock
from deskterm.text.words import tr


@dataclass(slots=True, frozen=True)
class Undo:
    """How to take a change of a conversation back: what it set (`did`), and what brings it back.

    There are several steps where the table of states has no way back at once.
    """

    conversation_id: str
    steps: tuple[ConversationPatch, ...]
    words: str
    did: ConversationPatch


@dataclass(slots=True, frozen=True)
class OpeningUndo:
    """A new conversation: taken back, it is closed and the one it closed stands where it stood."""

    conversation_id: str
    previous_id: str | None
    steps: tuple[ConversationPatch, ...]
    words: str


@dataclass(slots=True, frozen=True)
class MergeUndo:
    """A conversation that is in another one now: taken back, it is by itself again."""

    conversation_id: str
    words: str


@dataclass(slots=True, frozen=True)
class UnmergeUndo:
    """A conversation that was taken out of another one: taken back, it is in that one again."""

    conversation_id: str
    into_id: str
    words: str


@dataclass(slots=True, frozen=True)
class BlockUndo:
    """Somebody who was blocked: taken back, they are heard again."""

    conversation_id: str
    block_id: str
    words: str


@dataclass(slots=True, frozen=True)
class SendUndo:
    """A note, or a reply that is held: taken back, its text is a draft again."""

    conversation_id: str
    message_id: str
    words: str
    message: Message
    """As it was then: the conversation may be somebody else's by now."""


@dataclass(slots=True, frozen=True)
class NoteUndo:
    """A note that was changed."""

    conversation_id: str
    message_id: str
    before: str
    after: str
    words: str


@dataclass(slots=True, frozen=True)
class DeletedUndo:
    """A note that was deleted."""

    conversation_id: str
    message_id: str
    body: str
    words: str


@dataclass(slots=True, frozen=True)
class BulkUndo:
    """A change of many: each conversation as it was before, and what was set in it."""

    changed: tuple[tuple[Conversation, ConversationPatch], ...]
    words: str


@dataclass(slots=True, frozen=True)
class ViewUndo:
    """A saved view that was made (no `fields`), changed (what it had before) or deleted (no `view_id`).

    `rev` is that of the change, `before` what the view was until then: its id and rev.
    """

    view_id: str | None
    fields: Mapping[str, str]
    rev: int
    words: str
    before: tuple[str, int] | None = None


Undoable = (
    ViewUndo
    | Undo
    | BulkUndo
    | OpeningUndo
    | MergeUndo
    | UnmergeUndo
    | BlockUndo
    | SendUndo
    | NoteUndo
    | DeletedUndo
)


def overtaken(
    conversation: Conversation, did: ConversationPatch, names: Mapping[str, str], now: datetime
) -> str | None:
    """What somebody changed since `did`, in a few words; None while all of it stands as it was set.

    Only what `did` set counts: a new message, or somebody else's tag, does not stand in the way.
    """
    if found := _other_status(conversation, did, now):
        return found
    if "priority" in did and conversation.priority != did["priority"]:
        return tr("it has {priority} priority by now", priority=tr(conversation.priority.value))
    assignee = conversation.assignee
    if "assignee_id" in did and (assignee.id if assignee else None) != did["assignee_id"]:
        name = names.get(assignee.id, assignee.name) if assignee else ""
        return tr("{name} has it by now", name=safe_line(name)) if assignee else tr("nobody has it by now")
    tags = set(conversation.tags)
    if gone := sorted(set(did.get("add_tags", ())) - tags):
        return tr("somebody removed the tag {tag}", tag=safe_line(gone[0]))
    if back := sorted(set(did.get("remove_tags", ())) & tags):
        return tr("somebody added the tag {tag} again", tag=safe_line(back[0]))
    if "escalated" in did and conversation.escalated != did["escalated"]:
        return tr("it is escalated by now") if conversation.escalated else tr("it is no longer escalated")
    if did.get("unread") and not conversation.unread:
        return tr("somebody has read it by now")
    return None


def begun(conversation: Conversation) -> str | None:
    """What became of a conversation since it was opened; None while it may be closed again."""
    if conversation.waiting_since is not None:
        return tr("its customer has written in it")
    if conversation.status is Status.OPEN:
        return None
    return tr("it is {status} by now", status=tr(conversation.status.value))


def _other_status(conversation: Conversation, did: ConversationPatch, now: datetime) -> str | None:
    if "status" not in did and "snoozed_until" not in did:
        return None
    wanted = Status(did.get("status", Status.SNOOZED))
    if conversation.status is not wanted:
        return tr("it is {status} by now", status=tr(conversation.status.value))
    until = did.get("snoozed_until")
    there = conversation.snoozed_until
    if until is not None and there is not None and abs((there - until).total_seconds()) >= 1:
        return tr("it is snoozed until {time} by now", time=clock(there, now))
    return None
