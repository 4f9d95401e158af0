"""Searching the open conversation from the inbox."""

from textual import events, on

from deskterm.commands.model import Context
from deskterm.screens.pointing import Pointing
from deskterm.screens.thread_search import ThreadSearch
from deskterm.widgets.thread_search import SearchBar

#: Seconds that typing rests before older messages are read for what was typed.
READ_DELAY = 0.25


class Searching(Pointing):
    """`/` in a conversation: matches as one types, then one after the other; Escape stays where one is."""

    _search: ThreadSearch | None = None

    @property
    def search(self) -> ThreadSearch:
        """The search in the conversation pane."""
        if self._search is None:
            self._search = ThreadSearch(self.desk, self.thread, self.reading.pages)
        return self._search

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
        self.later("older", READ_DELAY, self._read_older)

    def _read_older(self) -> None:
        if self.search.wanted:
            self.work(self.search.read_older(self._reveal), "search", exclusive=True)

    def action_match(self, step: int) -> None:
        """Go to the next match, older or newer."""
        found = self.search.step(step)
        if found is not None:
            self._go_to_match(found)

    def _go_to_match(self, message_id: str) -> None:
        self.work(self._reveal(message_id), "match", exclusive=True)

    async def _reveal(self, message_id: str) -> None:
        await self.search.reveal(message_id)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """Whoever leaves the field has found what they looked for, and the rest needs no reading."""
        if self._search is not None and self._search.active and self.context is not Context.SEARCH:
            self.workers.cancel_group(self, "search")
            self._search.end()
