"""The row above the footer: the filter in force, or what is wrong with the connection, or that it is back."""

from textual.content import Content
from textual.widget import Widget

from deskterm.text.words import key, later, tr, trn
from deskterm.widgets.paint import Part, row


class ContextRow(Widget):
    """One row. A banner stands before the filter until it is taken away; no running counter is ever shown."""

    def __init__(self, *, id: str | None = None, retry: tuple[str, str] = ("app.refresh", "F5")) -> None:
        """`retry` is the command that connects at once, with its key in the table."""
        super().__init__(id=id, markup=False)
        self._retry = retry
        self._filter: list[Part] = []
        self._counts = ""
        self._order = ""
        self._banner: list[Part] | None = None

    def set_filter(self, expression: str, hint: str = later("/ filter"), order: str = "") -> None:
        """The filter that is in force, and at the right its order."""
        self._filter = [(tr(hint), "$key"), "   ", (expression, "$muted")]
        self._order = order
        self.refresh()

    def set_counts(self, counts: str) -> None:
        """What is counted, before the order, such as `4 open · 1 pending`."""
        if counts != self._counts:
            self._counts = counts
            self.refresh()

    def show_offline(self, since: str, waiting: int | str = 0, as_of: str = "") -> None:
        """Since when the desk cannot be reached, as in `12:04`, and how much waits to be sent.

        `waiting` is a number of messages, or words such as `2 messages and 1 change`; `as_of` says from when
        everything is that is shown, if that is earlier.
        """
        parts: list[Part] = [("○ ", "bold"), tr("offline since {since} — retrying", since=since)]
        if as_of:
            parts.append(f" · {as_of}")
        if isinstance(waiting, int) and waiting:
            waiting = trn("{count} message", "{count} messages", waiting)
        if waiting:
            parts.append(" · " + tr("{waiting} waiting", waiting=waiting))
        self._show([*parts, " · ", (key(*self._retry), "bold"), f" {tr('now')}"], "-offline")

    def show_back(self, updates: int) -> None:
        """The desk can be reached again, and so much has happened; take it away after a few seconds."""
        back = trn("back · {count} update", "back · {count} updates", updates) if updates else tr("back")
        self._show([("● ", "bold"), back], "-back")

    def show_words(self, words: str) -> None:
        """A quiet sentence in the place of the filter, such as that a key does nothing here."""
        self._show([(tr(words), "$muted")], "-words")

    def clear_banner(self) -> None:
        """Shows the filter again."""
        self._show(None, "")

    def render(self) -> Content:
        """The row."""
        if self._banner is not None:
            return row([" ", *self._banner], [], self.size.width)
        right = "   ".join(filter(None, (self._counts, self._order)))
        return row([" ", *self._filter], [(right, "$muted"), " "], self.size.width)

    def _show(self, banner: list[Part] | None, shape: str) -> None:
        self._banner = banner
        self.set_classes(shape)
        self.refresh()
