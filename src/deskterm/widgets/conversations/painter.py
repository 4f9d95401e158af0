"""Keeps the drawn rows of a list until what they show has changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from textual.cache import LRUCache
from textual.strip import Strip
from textual.style import Style

from deskterm.protocol.records import Conversation
from deskterm.widgets.conversations.row import RowLook, draw, labels
from deskterm.widgets.paint import Part, strip


@dataclass(slots=True, eq=False, repr=False)
class _Drawn:
    """What was drawn of one conversation, for each width and kind of row it was drawn in."""

    conversation: Conversation
    labels: tuple[Part, Part]
    strips: dict[tuple[int, str], list[Strip]] = field(default_factory=dict)


class RowPainter:
    """Draws rows; draws a row again only for another record, width or kind of row, or after `forget`."""

    def __init__(
        self,
        look_of: Callable[[Conversation], RowLook],
        style_of: Callable[[str], Style],
        most: int = 1024,
    ) -> None:
        self._look_of, self._style_of = look_of, style_of
        self._drawn: LRUCache[str, _Drawn] = LRUCache(most)

    def strips(self, conversation: Conversation, kind: str, width: int) -> list[Strip]:
        """The lines of a row; `kind` names the style below them."""
        drawn = self._drawn.get(conversation.id)
        if drawn is None or drawn.conversation is not conversation:
            look = self._look_of(conversation)
            drawn = self._drawn[conversation.id] = _Drawn(conversation, labels(conversation, look))
        kept = drawn.strips.get((width, kind))
        if kept is None:
            style, look = self._style_of(kind), self._look_of(conversation)
            kept = [strip(each, style, width) for each in draw(conversation, look, width)]
            drawn.strips[width, kind] = kept
        return kept

    def dated(self) -> Iterator[tuple[str, tuple[Part, Part]]]:
        """Every conversation that is kept, with what it said about its state and age when it was drawn."""
        for conversation_id in list(self._drawn.keys()):
            drawn = self._drawn.get(conversation_id)
            if drawn is not None:
                yield conversation_id, drawn.labels

    def forget(self, conversation_id: str) -> None:
        """Draws this row anew next time."""
        self._drawn.discard(conversation_id)

    def forget_all(self) -> None:
        """Draws every row anew: after another theme, or another kind of row."""
        self._drawn.clear()
