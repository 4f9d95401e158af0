"""The first row of the customers' screen: who they talk to, whether somebody is there, and the connection."""

from collections.abc import Iterable
from enum import Enum

from textual.content import Content
from textual.widget import Widget

from deskterm.text.width import cells
from deskterm.text.words import later, tr
from deskterm.widgets.face import face_style
from deskterm.widgets.paint import Part, plain, row


class Reach(Enum):
    """Whether the desk can be reached: a mark and a word, so that colour is not needed."""

    CONNECTED = (later("● connected"), "$presence-online")
    CONNECTING = (later("◐ connecting"), "$presence-away")
    OFFLINE = (later("○ offline"), "$delivery-failed bold")


class SupportTitle(Widget):
    """` SU  ACME · Support      support is online   ● connected`; what is too long is cut."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._organization = tr("Support")
        self._persona = ""
        self._initials = ""
        self._color = ""
        self._presence: tuple[bool, str] | None = None
        self._reach = Reach.CONNECTING
        self._unread = 0

    def set_support(self, organization: str, persona: str = "", initials: str = "", color: str = "") -> None:
        """Who answers here; `color` is the persona's own, as `#rrggbb`."""
        self._organization, self._persona = organization, persona
        self._initials, self._color = initials, color
        self.refresh()

    def set_presence(self, online: bool, text: str) -> None:
        """Whether somebody is there, and since when or until when in words."""
        self._presence = (online, text)
        self.refresh()

    def clear_presence(self) -> None:
        """Says nothing of whether somebody is there."""
        if self._presence is not None:
            self._presence = None
            self.refresh()

    def set_unread(self, count: int) -> None:
        """How many messages are new in other places than the one that is open."""
        if count != self._unread:
            self._unread = count
            self.refresh()

    def set_reach(self, reach: Reach) -> None:
        """Whether the desk can be reached."""
        if reach is not self._reach:
            self._reach = reach
            self.refresh()

    def render(self) -> Content:
        """The row."""
        unread: list[Part] = ["   ", (f"✉ {self._unread}", "$unread bold")] if self._unread else []
        link: list[Part] = [*unread, "   ", (tr(self._reach.value[0]), self._reach.value[1]), " "]
        left: list[Part] = [" "]
        if self._initials:
            left += [(self._initials, face_style(self.app, self._color, self.styles.background)), "  "]
        left.append((self._organization, "bold $heading"))
        if self._persona and self._persona != self._organization:
            left.append((f" · {self._persona}", "$muted"))
        room = self.size.width - _cells([*left, *link])
        return row(left, [*self._presence_parts(room), *link], self.size.width)

    def _presence_parts(self, room: int) -> list[Part]:
        """Whether somebody is there, in the longest words that fit into `room` cells; else nothing."""
        if self._presence is None or self._reach is Reach.OFFLINE:
            return []
        online, text = self._presence
        for words in (text, "online" if online else "away"):
            if words and cells(plain(words)) + 4 <= room:
                return ["  ", (words, "$foreground" if online else "$muted")]
        return []


def _cells(parts: Iterable[Part]) -> int:
    return sum(cells(plain(part if isinstance(part, str) else part[0])) for part in parts)
