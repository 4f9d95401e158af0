"""Searching the open conversation from the inbox."""

from textual import on

from deskterm.screens.conversation.pointing import Pointing
from deskterm.screens.conversation.thread_search import ThreadSearch
from deskterm.widgets.thread.search import SearchBar


class Searching(Pointing):
    """`/` in a conversation: matches as one types, then one after the other; Escape stays where one is."""

    _search: ThreadSearch | None = None

    @property
    def search(self) -> ThreadSearch:
        """The search in the conversation pane."""
        if self._search is None:
            self._search = ThreadSearch(self.desk, self.thread, self.reading.pages)
        return self._search

    def draw_conversation(self) -> None:
        """Title and facts of what is shown, and what is found in it by now."""
        super().draw_conversation()
        if self.search.active:
            self.search.count()

    def action_search(self) -> None:
        """Type what to look for."""
        if self.search.begin():
            self.go_to(self.thread.search.field)
        else:
            self.say("There is nothing to search yet.")

    @on(SearchBar.Typed)
    def _look_for(self, event: SearchBar.Typed) -> None:
        if not self.search.active:
            return
        found = self.search.look_for(event.text)
        if found is not None:
            self._go_to_match(found)
        self.work(self.search.read_after_a_moment(), "search", exclusive=True)

    def action_match(self, step: int) -> None:
        """Go to the next match, older or newer."""
        found = self.search.step(step)
        if found is not None:
            self._go_to_match(found)

    def _go_to_match(self, message_id: str) -> None:
        self.work(self._reveal(message_id), "match", exclusive=True)

    async def _reveal(self, message_id: str) -> None:
        await self.search.reveal(message_id)

    @on(SearchBar.Left)
    def _left(self) -> None:
        """Whoever leaves the field has found what they looked for, and the rest needs no reading."""
        self.workers.cancel_group(self, "search")
        if self.search.active:
            self.search.end()
