"""Searching in the customers' screen: the line that agents have, under a key that no field types."""

from textual import on, work

from deskterm.client.replica.changes import Changes
from deskterm.screens.chat.terminal import ChatTerminal
from deskterm.screens.conversation.thread_search import ThreadSearch
from deskterm.widgets.thread.search import SearchBar


class ChatSearching(ChatTerminal):
    """Matches as one types, then one after the other; Escape goes back to writing and keeps the place."""

    _search: ThreadSearch | None = None

    @property
    def search(self) -> ThreadSearch:
        """The search in the conversation."""
        if self._search is None:
            self._search = ThreadSearch(self.desk, self.thread, self.shown.pages)
        return self._search

    def learnt(self, changes: Changes) -> None:
        """Follow what changed."""
        super().learnt(changes)
        if self.search.active:
            self.search.count()

    def action_search(self) -> None:
        """Type what to look for."""
        if self.search.begin():
            self.set_focus(self.thread.search.field)
        else:
            self.row.show_words("There is nothing to search yet.")

    @on(SearchBar.Typed)
    def _look_for(self, event: SearchBar.Typed) -> None:
        if self.search.active:
            found = self.search.look_for(event.text)
            if found is not None:
                self._go_to_match(found)
            self._read_older()

    @on(SearchBar.Stepped)
    def _step(self, event: SearchBar.Stepped) -> None:
        found = self.search.step(event.step)
        if found is not None:
            self._go_to_match(found)

    @on(SearchBar.Left)
    def _left(self) -> None:
        self.workers.cancel_group(self, "search")
        if self.search.active:
            self.search.end()

    @work(exclusive=True, group="match", exit_on_error=False)
    async def _go_to_match(self, message_id: str) -> None:
        await self.search.reveal(message_id)

    @work(exclusive=True, group="search", exit_on_error=False)
    async def _read_older(self) -> None:
        await self.search.read_after_a_moment()
