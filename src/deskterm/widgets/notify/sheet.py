"""A notification as it is seen, above a list of those whom it is for."""

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll

from deskterm.protocol.notifications import Notification
from deskterm.protocol.records import Author, AuthorKind, Message, MessageKind
from deskterm.text.times import time_of_day
from deskterm.text.words import tr
from deskterm.widgets.asking.form import FormLine
from deskterm.widgets.asking.picker import Picker
from deskterm.widgets.thread.message import MessageView
from deskterm.widgets.thread.plan import Entry

_CELLS = 70


class NotificationSheet(Vertical):
    """The card, by whom it was sent, and a `picker` for the recipients."""

    def __init__(self, notification: Notification, now: Callable[[], datetime]) -> None:
        super().__init__(classes="sheet")
        said = notification
        time = time_of_day(said.created_at, now())
        author = Author(AuthorKind.SYSTEM)
        kind = MessageKind.NOTIFICATION
        message = Message(said.id, said.id, 0, 0, author, said.body, kind, said.created_at, style=said.style)
        self._card = MessageView(Entry(message, time, head=False), cells=_CELLS)
        self._by = FormLine((" " + tr("Sent by {name}", name=said.created_by.name), "$muted"))
        self.picker = Picker(
            tr("Recipients"),
            [],
            placeholder=tr("type a name"),
            hints=tr("type to filter  Esc back"),
            classes="pane",
        )

    def compose(self) -> ComposeResult:
        """One below another."""
        with VerticalScroll(classes="notify--preview", can_focus=False):
            yield self._card
        yield self._by
        yield self.picker
