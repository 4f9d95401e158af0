"""What is left of a stretch of the log when each entity is told once, at its latest."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from deskterm.server.live.audience import GRANTED, REVOKED
from deskterm.server.storage.database import Event

MESSAGE = "message.created"
READ = "read.updated"
_CONVERSATION = frozenset({"conversation.created", "conversation.updated"})
#: What brings the whole conversation.
_CARRIERS = _CONVERSATION | {GRANTED, MESSAGE, READ}


@dataclass(slots=True, frozen=True)
class Item:
    """An event to tell. `whole`: the conversation rides along with a message or cursor; `ticket`: so that.

    `skipped`: so many new messages of this room before this one are left out.
    """

    event: Event
    whole: bool = True
    ticket: bool = False
    skipped: int = 0


def collapse(events: Iterable[Event]) -> list[Item]:
    """The events one receiver is told, in order, without those that say nothing new beside the others.

    * Of a message, ticket, cursor, persona … the last event counts; a new message that was edited since is
      still new. A conversation's state is told once, with the first thing that is told about it.
    * A revocation is always told, and voids what came before it in its conversation. A grant brings the
      conversation with its last messages, so it does so too.
    """
    kept: dict[tuple[str, bytes | None], Event] = {}
    for event in events:
        if event.kind in (REVOKED, GRANTED):
            _void(kept, event)
        key = _key(event)
        before = kept.pop(key, None)
        kept[key] = _merge(before, event)
    return _carry(list(kept.values()))


def _key(event: Event) -> tuple[str, bytes | None]:
    if event.kind in _CONVERSATION:
        return "conversation", event.entity_id
    if event.kind in (REVOKED, GRANTED):
        return event.kind, event.conversation_id
    if event.kind == READ:
        return event.kind, event.conversation_id
    if event.entity == "group_member":
        return f"{event.entity} {event.entity_id.hex()}", event.conversation_id
    return event.entity, event.entity_id


def _void(kept: dict[tuple[str, bytes | None], Event], event: Event) -> None:
    for key in [key for key, each in kept.items() if _concerns(each, event)]:
        del kept[key]


def _concerns(each: Event, event: Event) -> bool:
    return each.conversation_id == event.conversation_id and each.kind != REVOKED


def _merge(before: Event | None, event: Event) -> Event:
    """A later event in the place of an earlier one; what was made since is still new.

    A message that was deleted since is so too: only as new it brings its conversation along.
    """
    if before is None or not before.kind.endswith(".created"):
        return event
    if event.kind.endswith(".updated") or event.entity == "message":
        return event._replace(kind=before.kind)
    return event


def _carry(events: Sequence[Event]) -> list[Item]:
    carried: set[bytes] = set()
    ticketed: set[bytes] = set()
    items = []
    for event in sorted(events, key=lambda each: each.seq):
        conversation_id = event.conversation_id
        if conversation_id is None or event.kind == REVOKED:
            items.append(Item(event))
            continue
        new = conversation_id not in carried
        if new or event.kind not in _CONVERSATION:
            first = event.kind == MESSAGE and conversation_id not in ticketed
            # One's own cursor moves what is unread without a new `rev`.
            own_cursor = event.kind == READ and event.audience_id is not None
            items.append(Item(event, whole=new or own_cursor, ticket=first))
        if event.kind in _CARRIERS:
            carried.add(conversation_id)
        if event.kind == MESSAGE:
            ticketed.add(conversation_id)
    return items


def thin(items: Sequence[Item], rooms: Collection[bytes]) -> list[Item]:
    """The items for a reader who lags: of the new messages of each of these rooms only the latest.

    It says how many it stands for and brings the conversation, so that its reader fetches the others when
    they are wanted. Everything else stays, and the order is the log's.
    """
    latest: dict[bytes, Item] = {}
    for item in items:
        room = item.event.conversation_id
        if room is not None and room in rooms and item.event.kind == MESSAGE:
            before = latest.get(room)
            skipped = 0 if before is None else before.skipped + 1
            latest[room] = replace(item, whole=True, skipped=skipped)
    kept = {item.event.seq: item for item in latest.values()}
    return [
        kept.get(item.event.seq, item)
        for item in items
        if item.event.seq in kept or item.event.kind != MESSAGE or item.event.conversation_id not in rooms
    ]
