"""The first row of every screen: where one is, as whom, and whether the desk can be reached."""

from enum import Enum

from textual.content import Content
from textual.widget import Widget

from deskterm.text.words import later, tr
from deskterm.widgets.paint import Part, row

#: Narrower than this, the other accounts have a number only.
_WORDY = 70


class Link(Enum):
    """Whether the console is connected: a mark and a word, so that colour is not needed."""

    LIVE = (later("● live"), "$presence-online")
    CONNECTING = (later("◐ connecting"), "$presence-away")
    OFFLINE = (later("○ offline"), "$delivery-failed bold")


class TitleBar(Widget):
    """`deskterm  organization · person (role) …  ● live  ✉ 3  ✉ 2 elsewhere`; the left part is cut."""

    def __init__(self, *, product: str = "deskterm", id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._product = product
        self._place = ""
        self._person = ""
        self._link = Link.CONNECTING
        self._unread = 0
        self._elsewhere = 0

    def set_person(self, organization: str, person: str, role: str = "") -> None:
        """Who is signed in, and where."""
        self._place = organization
        self._person = f"{person} ({role})" if role else person
        self.refresh()

    def set_link(self, link: Link) -> None:
        """Whether the desk can be reached."""
        if link is not self._link:
            self._link = link
            self.refresh()

    def set_unread(self, count: int) -> None:
        """How many conversations have unread messages."""
        if count != self._unread:
            self._unread = count
            self.refresh()

    def set_elsewhere(self, count: int) -> None:
        """How many conversations have unread messages in other accounts."""
        if count != self._elsewhere:
            self._elsewhere = count
            self.refresh()

    def render(self) -> Content:
        """The row."""
        left: list[Part] = [" ", (self._product, "bold $heading")]
        if self._place:
            left += ["  ", self._place]
        if self._person:
            left += [(f" · {self._person}", "$muted")]
        unread: list[Part] = ["  ", (f"✉ {self._unread}", "$unread bold")] if self._unread else []
        words = (
            f"+{self._elsewhere}"
            if self.size.width < _WORDY
            else tr("✉ {count} elsewhere", count=self._elsewhere)
        )
        elsewhere: list[Part] = ["  ", (words, "$muted")] if self._elsewhere else []
        return row(
            left,
            ["  ", (tr(self._link.value[0]), self._link.value[1]), *unread, *elsewhere, " "],
            self.size.width,
        )
