"""What a terminal sends, read so that nothing of it is lost and nothing pasted is ever a key.

Textual 8.2.8 reads escape sequences inside a paste as if they were typed: one that it does not know, such as
an operating system command ended by BEL, comes out as keys, and ^G would open the editor. And it takes Escape
and all that is typed right behind it for one sequence; after 32 characters it gives up, and Escape is a `^`.
"""

from collections.abc import Iterable
from typing import Final

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

_ESCAPE: Final = "\x1b"
#: What goes on with a sequence after Escape; anything else behind it was typed.
_SEQUENCES: Final = frozenset("[O")


class WholeParser(XTermParser):
    """Textual's parser, which sees neither what stands in a paste nor what is typed behind an Escape."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._tail = ""
        self._pasted: list[str] | None = None

    def feed(self, data: str) -> Iterable[Message]:
        """What came, as messages. No data is the end."""
        if not data:
            yield from super().feed(data)
        while data:
            if self._pasted is None:
                escaped = self._tail.endswith(_ESCAPE)
                outside, data = self._until(BRACKETED_PASTE_START, data)
                yield from self._typed(outside, escaped=escaped)
                if self._tail == BRACKETED_PASTE_START:
                    self._pasted, self._tail = [], ""
            else:
                inside, data = self._until(BRACKETED_PASTE_END, data)
                self._pasted.append(inside)
                if self._tail == BRACKETED_PASTE_END:
                    yield from self._end()

    def _typed(self, data: str, *, escaped: bool) -> Iterable[Message]:
        """Keys and reports. `escaped` tells that Escape came alone before, which Textual waits behind."""
        first, *rest = data.split(_ESCAPE)
        if escaped and first and first[0] not in _SEQUENCES:
            yield from self._flush()
        if first:
            yield from super().feed(first)
        for each in rest:
            if each and each[0] not in _SEQUENCES:
                yield from self._with_alt(each[0])
                if each[1:]:
                    yield from super().feed(each[1:])
            else:
                yield from super().feed(_ESCAPE + each)

    def _with_alt(self, letter: str) -> Iterable[Message]:
        """A key with alt, or Escape and the key right behind it: terminals send the same for both."""
        yield from self._flush()
        for each in self._sequence_to_key_events(letter):
            yield each if each.key == "enter" else events.Key(f"alt+{each.key}", letter)

    def _flush(self) -> Iterable[Message]:
        """What Textual waits behind is whole."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
            yield from self.tick()

    def _end(self) -> Iterable[Message]:
        """The paste is whole: let Textual see its end alone, and say what was pasted ourselves."""
        pasted = "".join(self._pasted or ()).removesuffix(BRACKETED_PASTE_END)
        self._pasted, self._tail = None, ""
        yield from (each for each in super().feed(BRACKETED_PASTE_END) if not isinstance(each, events.Paste))
        yield events.Paste(pasted.replace("\x00", ""))

    def _until(self, mark: str, data: str) -> tuple[str, str]:
        """`data` up to the end of `mark`, which may have begun in what came before, and the rest."""
        known = self._tail + data
        place = known.find(mark)
        end = place + len(mark) - len(self._tail) if place >= 0 else len(data)
        self._tail = (self._tail + data[:end])[-len(mark) :]
        return data[:end], data[end:]
