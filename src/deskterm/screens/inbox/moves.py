"""Moving in the inbox: rows, messages, panes, views, conversations."""

from collections.abc import Mapping
from dataclasses import replace

from deskterm.commands.model import Context
from deskterm.protocol.records import Conversation, Kind, Visibility
from deskterm.screens.inbox.choices import CLEAR, WORDS, direct_filters, sorts
from deskterm.screens.inbox.completing import known_names, mistake
from deskterm.screens.inbox.filter_question import AskFilter
from deskterm.screens.inbox.state import InboxState, has_notes
from deskterm.screens.inbox.views import (
    ALL_DIRECT,
    DIRECT,
    DIRECT_VIEWS,
    ESCALATED,
    SORTS,
    UNASSIGNED,
    Narrowing,
    View,
)
from deskterm.screens.questions import Ask, Choose
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field


class Moves(InboxState):
    """Every move. What moves the keyboard does so at once, so that keys typed ahead follow."""

    def show_view(self, view: View, narrowing: Narrowing | None = None) -> None:
        """Show another list, or the same one narrowed otherwise."""
        narrowing = narrowing or Narrowing()
        self.listing.choose(view, narrowing)
        if self.reading_mode and self.reading.conversation_id is not None:
            self.list.move_to(self.reading.conversation_id)
        expression = self.listing.said or view.filter.q or view.label.lower()
        self.row.set_filter(expression, order=tr(SORTS[self.listing.filter.sort]))
        self.work(self.listing.load(), "listing", exclusive=True)

    def open_conversation(self, conversation: Conversation) -> None:
        """Open a conversation in its pane."""
        self.list.move_to(conversation.id)
        self.show_conversation(True)
        self.writing.open(conversation)
        self.go_to(self.thread.stream)
        self.reading.begin(conversation.id)
        if self.reading.shown:
            self.opened()
        self.work(self._open(conversation.id), "open", exclusive=True)

    async def _open(self, conversation_id: str) -> None:
        await self.desk.viewing(conversation_id)
        await self.reading.open(conversation_id)
        self.opened()

    def opened(self) -> None:
        """The messages of the open conversation are there."""

    def close_conversation(self, sentence: str = "", hint: str = "") -> None:
        """Go back to the list; drafts are kept."""
        self.writing.close()
        self.reading.close(sentence, hint)
        self.show_conversation(False)
        self.work(self.desk.viewing(None), "viewing")

    def action_open(self) -> None:
        """Open the conversation under the cursor."""
        if self.list.cursor_row is not None and not self.listing.waiting:
            self.open_conversation(self.list.cursor_row)

    def action_back(self) -> None:
        """From the text to the thread, from there to the list, there out of the details and the filter."""
        if self.context in (Context.COMPOSER, Context.SEARCH):
            self.go_to(self.thread.stream)
        elif self.context is Context.THREAD or self.reading_mode:
            self._slide_back()
            self.close_conversation()
        elif self.slid_over:
            self._slide_back()
        elif self.listing.filtered:
            self.show_view(self.listing.view, Narrowing(sort=self.listing.narrowing.sort))

    def action_move(self, step: int) -> None:
        """A row, or a line of the thread."""
        if self.context is Context.THREAD:
            self.thread.stream.action_move(step)
        else:
            self.list.action_move(step)

    def action_half_page(self, step: int) -> None:
        """Half a screenful."""
        (self.thread.stream if self.context is Context.THREAD else self.list).action_half_page(step)

    def action_page(self, step: int) -> None:
        """A screenful."""
        (self.thread.stream if self.context is Context.THREAD else self.list).action_page(step)

    def action_top(self) -> None:
        """The first row, or the oldest message that is here."""
        (self.thread.stream if self.context is Context.THREAD else self.list).action_top()

    def action_bottom(self) -> None:
        """The last row, or the newest message."""
        if self.context is Context.THREAD:
            self.thread.action_end()
        else:
            self.list.action_bottom()

    def action_step(self, step: int) -> None:
        """Open the neighbour of the open conversation; in the list only move there."""
        here = self.reading.conversation_id
        if self.context is Context.LIST or here is None:
            self.action_move(step)
            return
        self.open_id(self.listing.beside(here, step))

    def open_id(self, conversation_id: str | None) -> None:
        """Open a conversation by its id, if it is here."""
        conversation = self.desk.replica.conversation(conversation_id) if conversation_id else None
        if conversation is not None:
            self.open_conversation(conversation)

    def action_unread(self, step: int) -> None:
        """The next unread conversation; while reading it is opened."""
        self.list.action_unread(step)
        if self.context is Context.THREAD:
            self.action_open()

    def action_pane(self, step: int) -> None:
        """The next pane, going round."""
        panes = self.panes()
        focused = self.focused
        place = panes.index(focused) if focused in panes else -step
        self.go_to(panes[(place + step) % len(panes)])

    def action_view(self, number: int) -> None:
        """Show a numbered view, in the list."""
        if number <= len(self.views):
            if self.single and self.reading_mode:
                self.close_conversation()
            self.show_view(self.views[number - 1])
            self.go_to(self.list)

    def action_unassigned(self) -> None:
        """Show what nobody works on."""
        self.action_view(self.views.index(UNASSIGNED) + 1)

    def action_escalations(self) -> None:
        """Show what was escalated."""
        self.go_to_view(ESCALATED)

    def action_direct(self) -> None:
        """Show one's rooms and direct messages."""
        self.go_to_view(DIRECT)

    def action_all_direct(self) -> None:
        """Show the direct messages of everybody."""
        self.go_to_view(ALL_DIRECT)

    def go_to_view(self, view: View) -> None:
        """Show a list that has no number, with the keyboard in it."""
        if self.single and self.reading_mode:
            self.close_conversation()
        self.show_view(view)
        self.go_to(self.list)

    def action_filter(self) -> None:
        """Narrow the list by one more term, or take one away."""
        replica = self.desk.replica
        if self.listing.view in DIRECT_VIEWS:
            every = [each for each in replica.conversations() if each.kind is Kind.DIRECT]
            shown = direct_filters(self.listing.narrowing, every, replica.roster.personas.values())
            self.app.push_screen(Choose(tr("Show only"), shown, placeholder=tr("type a name")), self._narrow)
            return
        known = known_names(replica.conversations(), replica.roster)
        self.app.push_screen(AskFilter(self.listing.narrowing.q, known), self._filter)

    def _filter(self, q: str | None) -> None:
        if q is not None:
            self.show_view(self.listing.view, Narrowing(sort=self.listing.narrowing.sort, q=q))

    def _narrow(self, chosen: str | None) -> None:
        if chosen is None:
            return
        if chosen == WORDS:
            self._ask_for_words()
            return
        present = self.listing.narrowing
        name, _, value = chosen.partition(":")
        narrowed = Narrowing(sort=present.sort) if chosen == CLEAR else present.toggled(name, value)
        self.show_view(self.listing.view, narrowed)

    def _ask_for_words(self) -> None:
        """What was written in direct messages is found by the server."""
        present = self.listing.narrowing

        def wrong(values: Mapping[str, str]) -> str | None:
            found = mistake(values["words"], {})
            return found.words if found else None

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.show_view(self.listing.view, replace(present, q=values["words"].strip()))

        asked = Field("words", tr("Words"), present.q)
        self.app.push_screen(Ask(tr("Find in direct messages"), [asked], wrong), answered)

    def action_sort(self) -> None:
        """Choose the order of the list."""
        present = replace(self.listing.narrowing, sort=self.listing.filter.sort)
        if self.listing.view in DIRECT_VIEWS:
            self.say(tr("Rooms first, then who wrote last."))
            return
        self.app.push_screen(Choose(tr("Order"), sorts(present)), self._order)

    def _order(self, chosen: str | None) -> None:
        sort = next((each for each in SORTS if each == chosen), None)
        if sort is not None:
            self.show_view(self.listing.view, replace(self.listing.narrowing, sort=sort))

    def action_sidebar(self) -> None:
        """Show or hide the ticket's details; of the one under the cursor, where none is open."""
        self.toggle_class("-sidebar")
        if self.slid_over:
            self.preview()

    def _slide_back(self) -> None:
        if self.slid_over:
            self.remove_class("-sidebar")

    def action_reply(self) -> None:
        """Write a reply to the conversation of the cursor, or the open one."""
        self.write(Visibility.PUBLIC)

    def action_note(self) -> None:
        """Write an internal note."""
        self.write(Visibility.INTERNAL)

    def write(self, kind: Visibility) -> None:
        """Open the conversation if it is not, and put the keyboard into the text."""
        target = self.target
        if target is None:
            return
        if kind is Visibility.INTERNAL and not has_notes(target):
            self.say("Everybody here would read a note: there are none in rooms and between colleagues.")
            return
        if kind is Visibility.PUBLIC and not self.writing.may_reply(target):
            self.say(
                tr(
                    "#{number} is {status}: {@ticket.reopen:o} reopens it, {@ticket.note:n} writes a note.",
                    number=target.number,
                    status=tr(target.status.value),
                )
            )
            return
        if not self.reading_mode or self.reading.conversation_id != target.id:
            self.open_conversation(target)
        self.composer.switch(kind)
        self.writing.follow(target)
        self.go_to(self.composer.field)

    def action_switch_kind(self) -> None:
        """Show the other of the two texts."""
        conversation = self.reading.conversation
        if conversation is not None and not has_notes(conversation):
            return
        to_reply = self.composer.visibility is Visibility.INTERNAL
        if to_reply and conversation is not None and not self.writing.may_reply(conversation):
            self.composer.show_trouble(
                tr(
                    "{status}: {@back:Esc}, then {@ticket.reopen:o} reopens it.",
                    status=tr(conversation.status.value).capitalize(),
                )
            )
            return
        self.composer.action_switch_kind()

    def action_newline(self) -> None:
        """Start a new line."""
        self.composer.action_newline()

    def action_send(self) -> None:
        """Send the text that is shown."""
        self.composer.action_send()
