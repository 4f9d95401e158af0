"""Filling in what a canned reply left open: the places are marked, Tab or Enter goes to the next one."""

from typing import cast

from rich.style import Style
from rich.text import Text
from textual import events
from textual.widgets import TextArea
from textual.widgets.text_area import Document

from deskterm.text.placeholders import Blank, Blanks, Filled, Kept
from deskterm.text.safe import safe

#: Marked also where there are no colours.
_MARK = Style(bold=True, underline=True, reverse=True)
#: Keys that go on to the next place while one fills in.
_ON = frozenset({"tab", "enter"})
#: Keys that mean that one does something else now.
_AWAY = frozenset({"up", "down", "pageup", "pagedown", "home", "end", "escape"})


class BlankFilling(TextArea):
    """A text area that knows which of its places are to be filled in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._blanks = Blanks()
        self._filling = False
        self._found: tuple[str, list[Blank]] = ("", [])

    @property
    def kept_blanks(self) -> Kept:
        """What to keep beside the text, and to give back with `keep_blanks`."""
        return self._blanks.keep()

    def keep_blanks(self, kept: Kept) -> None:
        """Takes up what was kept beside a text."""
        self._blanks = Blanks(kept)
        self._filling = False
        self._found = ("", [])
        self.notify_style_update()

    def blanks(self) -> list[Blank]:
        """The places that are still to be filled in, in their order."""
        text = self.text if self._blanks else ""
        if self._found[0] != text:
            self._found = (text, self._blanks.find(text))
        return self._found[1]

    def insert_filled(self, filled: Filled) -> None:
        """Puts a canned reply where the cursor is, and goes to the first place to fill in."""
        shown = Filled(safe(filled.text), filled.blanks)
        self._blanks.add(self.text, shown)
        self._found = ("", [])
        self.replace(shown.text, *sorted(self.selection))
        if shown.blanks:
            self.next_blank(first=True)

    @property
    def _plain(self) -> Document:
        """The text's document, which counts characters as well as lines."""
        return cast(Document, self.document)

    @property
    def filling(self) -> bool:
        """Whether Tab and Enter go on to the next place."""
        return self._filling

    def next_blank(self, *, first: bool = False) -> bool:
        """Marks the next place after the cursor, going round; at the end of all goes behind the text."""
        places = self.blanks()
        if not places:
            if self._filling:
                self._filling = False
                self.move_cursor(self.document.end)
                return True
            return False
        here = 0 if first else self._plain.get_index_from_location(max(self.selection))
        place = next((each for each in places if each.start >= here), places[0])
        start = self._plain.get_location_from_index(place.start)
        end = self._plain.get_location_from_index(place.end)
        self.move_cursor(start)
        self.move_cursor(end, select=True)
        self._filling = True
        return True

    def goes_on(self, event: events.Key) -> bool:
        """Whether the key went on to the next place; others may end the filling in."""
        if event.key in _AWAY:
            self._filling = False
        return self._filling and event.key in _ON and self.next_blank()

    def get_line(self, line_index: int) -> Text:
        """The line with its places marked."""
        shown = super().get_line(line_index)
        places = self.blanks()
        if places:
            start = self._plain.get_index_from_location((line_index, 0))
            for each in places:
                if start <= each.start <= start + len(shown):
                    shown.stylize(_MARK, each.start - start, each.end - start)
        return shown
