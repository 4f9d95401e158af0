"""Sending own messages: the step between `Desk.send` and the server, where a durable outbox belongs.

Messages of one conversation go one after the other, in the order they were written; conversations do not wait
for each other. A refusal, or no answer, leaves the text with its author and says why.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.outgoing import Pending
from deskterm.protocol.records import Message

if TYPE_CHECKING:
    from deskterm.client.api import Api

#: What a refused message means to its author; other codes bring the server's own words.
MEANINGS = {
    "not_found": "This conversation is no longer yours. Your text is kept here.",
    "stale": "A colleague has answered in the meantime. Read it, then send again or discard.",
    "illegal_transition": "This conversation has ended. Reopen it to reply.",
    "too_large": "This is too long to send.",
    "unauthenticated": "Your session has ended. Sign in again; your text is kept here.",
}

Settled = Callable[[Message], None]
Failed = Callable[[Pending, ClientError], None]


class Sender(Protocol):
    """Takes a message on its way."""

    async def send(self, pending: Pending) -> None:
        """Bring it to the server or say why not; returns when one of both was told."""


class DirectSender:
    """Sends at once, once, from memory."""

    def __init__(self, api: "Api", settled: Settled, failed: Failed) -> None:
        """`settled` is called with the stored message, `failed` with what went wrong."""
        self._api = api
        self._settled = settled
        self._failed = failed
        self._turns: dict[str, asyncio.Lock] = {}

    async def send(self, pending: Pending) -> None:
        """Wait for this conversation's turn, then send."""
        turn = self._turns.setdefault(pending.conversation_id, asyncio.Lock())
        async with turn:
            try:
                message = await self._api.send_message(
                    pending.conversation_id,
                    id=pending.id,
                    body=pending.body,
                    visibility=pending.visibility,
                    kind=pending.kind,
                    persona_id=pending.persona_id,
                    seen_seq=pending.seen_seq,
                )
            except ClientError as error:
                self._failed(pending, error)
            else:
                self._settled(message)


def reason(error: ClientError) -> str:
    """Why a message did not go out, in words for its author."""
    if isinstance(error, ApiError):
        return MEANINGS.get(error.code, error.sentence)
    return error.sentence
