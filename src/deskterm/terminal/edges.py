"""The left edges of panes, which Textual draws again with every line behind them: where they are already.

Only what began a piece of a line is remembered, and only while nothing can have been drawn over it. A write
that says something else than what to draw where in which style makes everything forgotten.
"""

import re

_MOVE = re.compile(r"\x1b\[([0-9]+);([0-9]+)H")
_EDGES = frozenset("│┃")
#: Begin and end of a frame that is to be shown as a whole.
_HARMLESS = frozenset({"\x1b[?2026h", "\x1b[?2026l"})


class Edges:
    """The edges on the screen: for each row, by column, its style and its character."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, tuple[str, str]]] = {}

    def left_out(self, move: str, style: str, text: str, *, sparing: bool) -> tuple[str, str]:
        """`move` and `text` without the edge that `text` begins with, if it is there already.

        Unless `sparing`, nothing is left out, only remembered. Call it for each text that is sent.
        """
        if "\x1b" in text:
            if text not in _HARMLESS:
                self._rows.clear()
            return move, text
        if not move:
            return move, text
        found = _MOVE.fullmatch(move)
        if found is None:  # somewhere below: it is not told where
            self._rows.clear()
            return move, text
        row, column = int(found[1]), int(found[2])
        edge = (style, text[0])
        kept = {place: each for place, each in self._rows.get(row, {}).items() if place <= column}
        there = kept.pop(column, None) == edge
        self._rows[row] = kept
        if text[0] in _EDGES:
            kept[column] = edge
            if there and sparing:
                return f"\x1b[{row};{column + 1}H", text[1:]
        return move, text
