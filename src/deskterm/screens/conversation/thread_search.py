"""Searching one conversation: what is here at once, what is older a page at a time, as long as one looks."""

import asyncio
from typing import TYPE_CHECKING

from deskterm.client.errors import ClientError
from deskterm.protocol.records import Message
from deskterm.screens.conversation.thread_pages import Pages
from deskterm.text.needle import Needle
from deskterm.text.words import tr
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import is_found

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: Older messages asked for at once.
PAGE = 100
#: Seconds that typing rests before older messages are read for what was typed.
REST = 0.25
#: Messages that are read for one search at most; they are forgotten when it ends.
MOST = 20_000


class ThreadSearch:
    """One search in what one thread widget shows; matches are messages, counted from the newest."""

    def __init__(self, desk: "Desk", widget: Thread, pages: Pages) -> None:
        self._desk = desk
        self._widget = widget
        self._pages = pages
        self._conversation_id: str | None = None
        self._needle = Needle("")
        self._older: list[Message] = []
        self._found: list[str] = []
        self._at: str | None = None
        self._rest = ""
        self._done = False

    @property
    def active(self) -> bool:
        """Whether somebody looks for something."""
        return self._conversation_id is not None

    @property
    def wanted(self) -> bool:
        """Whether older messages than those here are to be read for what is looked for."""
        return self.active and bool(self._needle) and not self._complete()

    def begin(self) -> bool:
        """Show the line in which one types; False without messages to search."""
        if self._pages.which() is None or not self._widget.messages:
            return False
        self._conversation_id = self._pages.which()
        self._widget.line.display = False
        self._widget.search.display = True
        self._widget.search.field.value = ""
        self._needle, self._older, self._found = Needle(""), [], []
        self._at, self._rest, self._done = None, "", False
        self._widget.search.show_count(0, 0)
        return True

    def end(self) -> None:
        """Take the line away; the view and the message that was found stay."""
        self._conversation_id = None
        self._older, self._found = [], []
        self._widget.search.display = False
        self._widget.line.display = True
        self._widget.look_for(None)

    def look_for(self, typed: str) -> str | None:
        """Look for something else; answers the message to go to: the newest, or the present one if it says it
        too."""
        self._needle = Needle(typed)
        self._widget.look_for(self._needle if self._needle else None)
        self.count()
        if self._at not in self._found:
            self._at = self._found[0] if self._found else None
        if self._at is None:
            self._widget.point_at(None)
        self._tell()
        return self._at

    def step(self, step: int) -> str | None:
        """The next older (1) or newer (-1) message that says it, going round."""
        if not self._found:
            return None
        place = self._found.index(self._at) + step if self._at in self._found else 0
        self._at = self._found[place % len(self._found)]
        self._tell()
        return self._at

    def count(self) -> None:
        """Count anew: messages came, or were edited."""
        if not self.active:
            return
        here = self._pages.messages()
        known = {each.id for each in here}
        every = [*(each for each in self._older if each.id not in known), *here]
        every.sort(key=lambda each: each.seq, reverse=True)
        self._found = [each.id for each in every if is_found(self._needle, each)]
        self._tell()

    async def reveal(self, message_id: str) -> bool:
        """Go to a message, wherever it is; False where the server does not give it."""
        try:
            return await self._pages.reveal(message_id)
        except ClientError:
            self._rest = tr("no connection")
            self._tell()
            return False

    async def read_after_a_moment(self) -> None:
        """Read older messages for what was typed, once typing rests. Safe to cancel."""
        await asyncio.sleep(REST)
        await self.read_older()

    async def read_older(self) -> None:
        """Read older messages page by page until the first one, and go to the first match if there was none.

        Safe to cancel: what was read is kept until the search ends.
        """
        while self.wanted:
            try:
                await self._read_page()
            except ClientError:
                self._rest = tr("no connection")
                break
            self._rest = "" if self._complete() else tr("{count} read", count=f"{self._reached():,}")
            self.count()
            if self._at is None and self._found:
                self._at = self._found[0]
                self._tell()
                await self.reveal(self._at)
        self._tell()

    async def _read_page(self) -> None:
        conversation_id, oldest = self._conversation_id, self._oldest()
        if conversation_id is None or oldest is None:
            return
        page = await self._desk.threads.before(conversation_id, oldest.id, PAGE)
        if conversation_id == self._conversation_id:
            self._older = [*self._pages.voice(page), *self._older]
            self._done = len(page) < PAGE

    def _oldest(self) -> Message | None:
        here = self._pages.messages()
        return min([*self._older[:1], *here[:1]], key=lambda each: each.seq, default=None)

    def _complete(self) -> bool:
        thread = self._pages.loaded()
        at_start = thread is None or thread.at_start
        return at_start or self._done or len(self._older) >= MOST

    def _reached(self) -> int:
        return len(self._older) + len(self._pages.messages())

    def _tell(self) -> None:
        at = self._found.index(self._at) + 1 if self._at in self._found else 0
        self._widget.search.show_count(at, len(self._found), self._rest)
