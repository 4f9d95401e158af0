"""Loads threads into the replica, page by page in both directions."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.changes import Changes, ConversationGone, ThreadBegun
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Message

if TYPE_CHECKING:
    from deskterm.client.http.api import Api

log = logging.getLogger("deskterm.client.replica.threads")
PAGE = 50
#: Seconds for a page on a line that has room for what nobody asked for yet.
QUICK = 0.5
#: Threads loaded anew at once after everything was; the others load when they are opened.
REOPENED = 2
#: The reason of a loss that was found out only afterwards.
AWAY = "away"


class Threads:
    """Pages of messages from the server. A conversation that left in the meantime is left alone."""

    def __init__(
        self, api: "Api", tell: Callable[[Changes], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._tell = tell
        self._clock = clock
        self._missing: list[str] = []
        self.quick = True
        """Whether the newest page of a thread came in no time when it was last asked for."""

    async def open(self, conversation_id: str, replica: Replica) -> None:
        """The conversation itself if it is not here, and its newest messages if they are not."""
        if replica.conversation(conversation_id) is None:
            self._tell(replica.put_conversation(await self._api.conversation(conversation_id)))
        thread = replica.open_thread(conversation_id)
        if thread.loaded and thread.at_end:
            return
        asked = self._clock()
        page = await self._api.messages(conversation_id, limit=PAGE)
        self.quick = self._clock() - asked <= QUICK
        more = page.next_cursor is not None
        self._tell(replica.put_messages(conversation_id, "newest", page.items, more, thread))

    async def prefetch(self, conversation_id: str, opened: str | None, replica: Replica) -> None:
        """Have the newest messages of a conversation that may be opened next, if the line is quick.

        The replica keeps few threads; `opened` is what is on the screen, and stays.
        """
        thread = replica.thread(conversation_id)
        known = thread is not None and thread.loaded
        if known or not self.quick or replica.conversation(conversation_id) is None:
            return
        await self.open(conversation_id, replica)
        if opened is not None and replica.thread(opened) is not None:
            replica.open_thread(opened)

    async def older(self, conversation_id: str, replica: Replica) -> None:
        """The page before what is loaded; nothing at the start."""
        thread = replica.thread(conversation_id)
        if thread is None or thread.at_start or not thread.messages:
            return
        page = await self._api.messages(conversation_id, before=thread.messages[0].id, limit=PAGE)
        more = page.next_cursor is not None
        self._tell(replica.put_messages(conversation_id, "before", page.items, more, thread))

    async def newer(self, conversation_id: str, replica: Replica) -> None:
        """The page after what is loaded; nothing at the end."""
        thread = replica.thread(conversation_id)
        if thread is None or thread.at_end or not thread.messages:
            return
        page = await self._api.messages(conversation_id, after=thread.messages[-1].id, limit=PAGE)
        more = len(page.items) == PAGE  # `next_cursor` looks the other way
        self._tell(replica.put_messages(conversation_id, "after", page.items, more, thread))

    async def before(self, conversation_id: str, message_id: str, limit: int) -> tuple[Message, ...]:
        """The messages before one of them, for whoever looks through them; the replica does not keep them."""
        page = await self._api.messages(conversation_id, before=message_id, limit=limit)
        return page.items

    async def around(self, conversation_id: str, message_id: str, replica: Replica) -> None:
        """The page around one message, as a new window on the thread."""
        thread = replica.open_thread(conversation_id)
        page = await self._api.messages(conversation_id, around=message_id, limit=PAGE)
        self._tell(replica.put_messages(conversation_id, "around", page.items, True, thread))

    async def again(self, replica: Replica) -> None:
        """Load what `reopen` could not have: until then a screen shows what was before."""
        missing, self._missing = self._missing, []
        await self.reopen(missing, replica)

    async def reopen(self, conversation_ids: Iterable[str], replica: Replica) -> None:
        """Load the threads again that were opened last.

        What is shown of one is void then: after an older backup, messages are gone.
        """
        for conversation_id in list(conversation_ids)[-REOPENED:]:
            try:
                await self.open(conversation_id, replica)
                self._tell((ThreadBegun(conversation_id),))
            except ClientError as error:
                log.info("a thread was not loaded again: %s", type(error).__name__)
                if isinstance(error, ApiError) and error.status == 404:
                    self._tell((*replica.drop(conversation_id), ConversationGone(conversation_id, AWAY)))
                else:
                    self._missing.append(conversation_id)


def stopped_by(error: ClientError) -> tuple[Message, ...]:
    """The colleagues' messages that a refusal `stale` carries; none for other errors."""
    if not isinstance(error, ApiError) or error.code != "stale":
        return ()
    from deskterm.client.http import parse  # pydantic: loaded long before there is an answer to parse

    try:
        return parse.messages(error.extra.get("newer"))
    except parse.Unfit:
        return ()
