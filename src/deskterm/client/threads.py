"""Loads threads into the replica, page by page in both directions."""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from deskterm.client.changes import Changes
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica import Replica
from deskterm.protocol.records import Message

if TYPE_CHECKING:
    from deskterm.client.api import Api

log = logging.getLogger("deskterm.client.threads")
PAGE = 50
#: Threads loaded anew at once after everything was; the others load when they are opened.
REOPENED = 2


class Threads:
    """Pages of messages from the server. A conversation that left in the meantime is left alone."""

    def __init__(self, api: "Api", tell: Callable[[Changes], None]) -> None:
        self._api = api
        self._tell = tell

    async def open(self, conversation_id: str, replica: Replica) -> None:
        """The conversation itself if it is not here, and its newest messages if they are not."""
        if replica.conversation(conversation_id) is None:
            self._tell(replica.put_conversation(await self._api.conversation(conversation_id)))
        thread = replica.open_thread(conversation_id)
        if thread.loaded and thread.at_end:
            return
        page = await self._api.messages(conversation_id, limit=PAGE)
        more = page.next_cursor is not None
        self._tell(replica.put_messages(conversation_id, "newest", page.items, more))

    async def older(self, conversation_id: str, replica: Replica) -> None:
        """The page before what is loaded; nothing at the start."""
        thread = replica.thread(conversation_id)
        if thread is None or thread.at_start or not thread.messages:
            return
        page = await self._api.messages(conversation_id, before=thread.messages[0].id, limit=PAGE)
        more = page.next_cursor is not None
        self._tell(replica.put_messages(conversation_id, "before", page.items, more))

    async def newer(self, conversation_id: str, replica: Replica) -> None:
        """The page after what is loaded; nothing at the end."""
        thread = replica.thread(conversation_id)
        if thread is None or thread.at_end or not thread.messages:
            return
        page = await self._api.messages(conversation_id, after=thread.messages[-1].id, limit=PAGE)
        more = len(page.items) == PAGE  # `next_cursor` looks the other way
        self._tell(replica.put_messages(conversation_id, "after", page.items, more))

    async def around(self, conversation_id: str, message_id: str, replica: Replica) -> None:
        """The page around one message, as a new window on the thread."""
        replica.open_thread(conversation_id)
        page = await self._api.messages(conversation_id, around=message_id, limit=PAGE)
        self._tell(replica.put_messages(conversation_id, "around", page.items, more=True))

    async def reopen(self, conversation_ids: Iterable[str], replica: Replica) -> None:
        """Load the threads again that were opened last; one that fails loads when it is opened."""
        for conversation_id in list(conversation_ids)[-REOPENED:]:
            try:
                await self.open(conversation_id, replica)
            except ClientError as error:
                log.info("a thread was not loaded again: %s", type(error).__name__)


def stopped_by(error: ClientError) -> tuple[Message, ...]:
    """The colleagues' messages that a refusal `stale` carries; none for other errors."""
    if not isinstance(error, ApiError) or error.code != "stale":
        return ()
    from deskterm.client import parse  # pydantic: loaded long before there is an answer to parse

    try:
        return parse.messages(error.extra.get("newer"))
    except parse.Unfit:
        return ()
