"""The conversation under a resting cursor is loaded before it is opened, so that this paints at once."""

from contextlib import suppress

from textual import on

from deskterm.client.errors import ClientError
from deskterm.screens.conversation.full_screen import FullScreen
from deskterm.widgets.conversations.list import ConversationList

#: Seconds that the cursor rests before its conversation is loaded.
REST = 0.2
#: What the waits and the work of it are called.
_NAME = "prefetch"


class Prefetching(FullScreen):
    """Loads, at most one conversation at a time; counts nothing as read, and tells nobody."""

    @on(ConversationList.Highlighted)
    def _prefetch_soon(self) -> None:
        self.workers.cancel_group(self, _NAME)
        self.later(_NAME, REST, self._prefetch)

    def _prefetch(self) -> None:
        wanted = self.list.cursor_id
        if wanted is None or self.single or not self.desk.connection.online:
            return  # below 100 columns the preview loads it
        self.work(self._load(wanted), _NAME, exclusive=True)

    async def _load(self, conversation_id: str) -> None:
        with suppress(ClientError):  # opening it says so
            await self.desk.threads.prefetch(conversation_id, self.reading.conversation_id, self.desk.replica)
