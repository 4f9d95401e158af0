"""Sending what was written: the step between the desk and the server.

`DirectSender` tries once, from memory; `client.outbox.sender` writes to the disk first and does not give up.
Commands of one conversation go one after the other, in the order they were written; conversations do not wait
for each other. A refusal, or no answer, leaves the text with its author and says why.
"""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from deskterm.client.errors import ApiError, ClientError, GivenUp
from deskterm.client.replica.outgoing import Item, Pending
from deskterm.protocol.records import Conversation, Message

if TYPE_CHECKING:
    from deskterm.client.http.api import Api

#: What a refused message means to its author; other codes bring the server's own words.
MEANINGS = {
    "not_found": "This conversation is no longer yours. Your text is kept here.",
    "stale": "A colleague has answered in the meantime. Read it, then send again or discard.",
    "illegal_transition": "This conversation has ended. Reopen it to reply.",
    "too_large": "This is too long to send.",
    "unauthenticated": "Your session has ended. Sign in again; your text is kept here.",
}

#: The stored message, or the conversation after a change; None if it left the sender's sight by that.
Result = Message | Conversation | None


#: Per cent of a message's files after which its author hears of it again.
STEP = 10


class Told(Protocol):
    """Who is told what becomes of a command."""

    def settled(self, item: Item, result: Result) -> None:
        """The server has it."""

    def refused(self, item: Item, error: ClientError) -> None:
        """It is not sent; its author decides."""

    def waits(self, item: Item, why: str | None) -> None:
        """No answer so far, for the reason `why`; it is tried again without being asked."""

    def gets_on(self, item: Item, percent: int) -> bool:
        """So much of its files is with the server; False if its author gave it up."""

    def cannot_store(self, why: str) -> None:
        """The server answers, and can write nothing: its disk is full or its database damaged."""

    def grew_old(self, item: Item) -> None:
        """It waited so long that its author is asked before it goes out."""

    def kept(self, item: Item) -> None:
        """It is on the disk."""

    def not_kept(self, why: str) -> None:
        """The disk refuses: what is sent from now on is in memory alone."""

    def found(self, item: Item) -> None:
        """It was left by an earlier run."""


class Sender(Protocol):
    """Takes commands on their way."""

    @property
    def durable(self) -> bool:
        """Whether commands wait here for a connection, instead of failing."""

    async def send(self, item: Item) -> None:
        """Bring it to the server; returns when it was told that it is there, refused, or waits."""

    async def written(self) -> None:
        """Wait until everything that was given is on the disk, where there is one."""

    def wake(self) -> None:
        """Try what waits at once."""

    def drop(self, item_id: str) -> None:
        """It arrived by other ways, or its author gave it up."""

    async def wipe(self) -> None:
        """Give up everything and leave no trace of it."""

    async def close(self) -> None:
        """End; what waits stays for the next time, where it can."""


class DirectSender:
    """Sends at once, once, from memory."""

    durable = False

    def __init__(self, api: "Api", told: Told) -> None:
        self._api = api
        self._told = told
        self._turns: dict[str, asyncio.Lock] = {}

    async def send(self, item: Item) -> None:
        """Wait for this conversation's turn, then send."""
        turn = self._turns.setdefault(item.conversation_id, asyncio.Lock())
        async with turn:
            try:
                result = await carry(self._api, item, self._told)
            except ClientError as error:
                self._told.refused(item, error)
            else:
                self._told.settled(item, result)

    async def written(self) -> None:
        """Nothing is written here."""

    def wake(self) -> None:
        """Nothing waits here."""

    def drop(self, item_id: str) -> None:
        """Nothing waits here."""

    async def wipe(self) -> None:
        """Nothing is kept here."""

    async def close(self) -> None:
        """Nothing is held here."""


async def carry(api: "Api", item: Item, told: Told) -> Result:
    """One attempt, under the command's permanent id. Raises ClientError."""
    if isinstance(item, Pending):
        return await api.send_message(
            item.conversation_id,
            id=item.id,
            body=item.body,
            visibility=item.visibility,
            kind=item.kind,
            persona_id=item.persona_id,
            seen_seq=item.seen_seq,
            attachment_ids=[await _bring(api, item, place, told) for place in range(len(item.files))],
        )
    return await api.patch_conversation(item.conversation_id, key=item.id, **item.patch)


async def _bring(api: "Api", item: Pending, place: int, told: Told) -> str:
    """Upload one of a message's files, again as the first time; answers its id. GivenUp by its author."""
    file = item.files[place]
    before, whole = sum(each.size for each in item.files[:place]), sum(each.size for each in item.files)
    said = 0

    def progress(done: int) -> None:
        nonlocal said
        percent = 100 * (before + done) // max(whole, 1)
        if said + STEP <= percent < 100:
            said = percent
        if not told.gets_on(item, said):
            raise GivenUp()

    try:
        brought = await api.upload(Path(file.path), file.name, f"{item.id}-{place}", progress)
        progress(file.size)
        return brought.id
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise ApiError(
            "file_gone", 410, f"The file {file.name} is not on this machine any more: {why}."
        ) from None


def reason(error: ClientError) -> str:
    """Why a message did not go out, in words for its author."""
    if isinstance(error, ApiError):
        return MEANINGS.get(error.code, error.sentence)
    return error.sentence
