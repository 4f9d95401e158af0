"""What the small desk in memory does with own texts: held replies, changed notes, drafts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from deskterm.client.answers import Draft, Drafts, Update
from deskterm.client.errors import ApiError
from deskterm.protocol.records import Message, Visibility

if TYPE_CHECKING:
    from tests.screens.world import World


def held(world: "World", message: Message) -> Message:
    """The message as the organization holds it, if it does."""
    seconds = world.settings.get("send_hold_seconds", 0)
    if not seconds or message.visibility is Visibility.INTERNAL:
        return message
    return _put(world, replace(message, held_until=message.created_at + timedelta(seconds=seconds)))


def goes_out(world: "World", message: Message) -> Message:
    """Its time has come: everybody is told, at its new place."""
    world.rev += 1
    out = _put(world, replace(message, held_until=None, seq=world.rev, rev=world.rev))
    moved = world.put(world.conversations[message.conversation_id])
    world.arrives(Update("message.created", conversation=moved, messages=(out,)))
    return out


def find(world: "World", message_id: str) -> Message:
    """The message with this id."""
    return next(each for thread in world.messages.values() for each in thread if each.id == message_id)


def writes_elsewhere(world: "World", conversation_id: str, body: str, *, told: bool = True) -> Drafts:
    """The same person begins a reply at another machine."""
    world.rev += 1
    key = (conversation_id, Visibility.PUBLIC)
    world.kept_drafts[key] = Draft(body, world.rev, world.now)
    kept = _kept(world, conversation_id)
    if told:
        world.arrives(Update("draft.updated", drafts=kept))
    return kept


class KeptTexts:
    """The routes of own texts."""

    world: "World"

    async def edit_message(self, message_id: str, body: str) -> Message:
        await self.world._answer("edit", (message_id, body))
        message = find(self.world, message_id)
        _refuse_late(message)
        self.world.rev += 1
        back = message.deleted
        edited_at = message.edited_at if back else self.world.now
        edited = replace(message, body=body, rev=self.world.rev, edited_at=edited_at, deleted=False)
        self.world.arrives(Update("message.updated", messages=(_put(self.world, edited),)))
        return edited

    async def delete_message(self, message_id: str) -> None:
        await self.world._answer("delete", message_id)
        message = find(self.world, message_id)
        _refuse_late(message)
        self.world.rev += 1
        gone = replace(message, body="", deleted=True, held_until=None, rev=self.world.rev)
        self.world.arrives(Update("message.deleted", messages=(_put(self.world, gone),)))

    async def drafts(self, conversation_id: str) -> Drafts:
        await self.world._answer("drafts", conversation_id)
        return _kept(self.world, conversation_id)

    async def put_draft(
        self, conversation_id: str, visibility: Visibility, body: str, blanks: Mapping[str, int], if_rev: int
    ) -> Drafts:
        await self.world._answer("put_draft", (conversation_id, visibility, body))
        key = (conversation_id, visibility)
        known = self.world.kept_drafts.get(key)
        if if_rev != (known.rev if known else 0):
            raise ApiError("stale", 409, "Changed elsewhere.", {"rev": known.rev if known else 0})
        self.world.rev += 1
        if body.strip() or known:
            self.world.kept_drafts[key] = Draft(body, self.world.rev, self.world.now, blanks)
        return _kept(self.world, conversation_id)


def _kept(world: "World", conversation_id: str) -> Drafts:
    reply, note = (world.kept_drafts.get((conversation_id, kind)) for kind in Visibility)
    return Drafts(conversation_id, reply, note)


def _put(world: "World", message: Message) -> Message:
    thread = world.messages[message.conversation_id]
    thread[:] = sorted((*(each for each in thread if each.id != message.id), message), key=lambda m: m.seq)
    return message


def _refuse_late(message: Message) -> None:
    if message.visibility is Visibility.PUBLIC and message.held_until is None:
        raise ApiError("conflict", 409, "This reply has gone out already.")
