"""A notification in a thread: a card in the middle, in its own colours, without an author."""

import re
from typing import Any

from textual.color import Color
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from deskterm.protocol.records import Message, MessageKind
from deskterm.text.width import cells
from deskterm.widgets.contrast import readable
from deskterm.widgets.paint import line, strip
from deskterm.widgets.text.body import body

#: A card is no wider than this, its frame included.
MOST_CELLS = 64

_MARKS = {"info": "i", "success": "✓", "warning": "!", "offer": "★"}
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def is_notification(message: Message) -> bool:
    """Whether a message is drawn as a card."""
    return message.kind is MessageKind.NOTIFICATION and not message.deleted


def notification(message: Message, time: str, most: int) -> tuple[Visual, Content]:
    """The card of a notification within `most` cells, and its words."""
    text = body(message.body)
    return _Card(text, time, message.style or {}, most), text


def colours(style: dict[str, Any]) -> tuple[str, str]:
    """The styles of a card's text and of its frame.

    A template's colours come from the theme; colours of the sender's own are taken if they are valid, and
    those of the text and of the frame, in which the time stands, are corrected until they can be read.
    """
    ground = _color(style, "background_color")
    if ground is None:
        name = template(style)
        on = f"on $notice-{name}-background"
        return f"$notice-{name}-foreground {on}", f"$notice-{name}-edge {on}"
    words = _color(style, "text_color") or ground.inverse
    edge = _color(style, "border_color") or ground.inverse
    on = f"on {ground.hex}"
    return f"{readable(words, [ground]).hex} {on}", f"{readable(edge, [ground]).hex} {on}"


def _color(style: dict[str, Any], key: str) -> Color | None:
    value = style.get(key)
    return Color.parse(value) if isinstance(value, str) and _COLOR.fullmatch(value) else None


def template(style: dict[str, Any]) -> str:
    """The name of a card's template; `info` for one that is not known."""
    name = style.get("template")
    return name if isinstance(name, str) and name in _MARKS else "info"


class _Card(Visual):
    def __init__(self, text: Content, time: str, style: dict[str, Any], most: int) -> None:
        self._text = text
        self._time = time
        self._mark = _MARKS[template(style)]
        self._words_style, self._edge_style = colours(style)
        self._most = most

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_minimal_width(self, rules: RulesMap) -> int:
        return 1

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._text.get_height(rules, self._inner(width)) + 2

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        inner = self._inner(width)
        edge = self._edge_style
        words = style + options.get_style(self._words_style)
        side, end = strip(line(("│ ", edge)), style, 2), strip(line((" │", edge)), style, 2)
        top = line((self._top(inner + 4), edge))
        bottom = line((f"╰{'─' * (inner + 2)}╯", edge))
        strips = [strip(top, style, inner + 4)]
        for each in self._text.render_strips(inner, None, words, options):
            strips.append(Strip.join([side, each.adjust_cell_length(inner, words.rich_style), end]))
        strips.append(strip(bottom, style, inner + 4))
        indent = max((min(width, self._most) - inner - 4) // 2, 0)
        margin = strip(Content(" " * indent), style, indent)
        strips = [Strip.join([margin, each]).adjust_cell_length(width, style.rich_style) for each in strips]
        return strips if height is None else strips[:height]

    def _top(self, width: int) -> str:
        start, end = f"╭─ {self._mark} ", f" {self._time} ─╮"
        return start + "─" * max(width - cells(start) - cells(end), 0) + end

    def _inner(self, width: int) -> int:
        longest = max((cells(each) for each in self._text.plain.split("\n")), default=0)
        return max(min(width - 4, MOST_CELLS - 4, self._most - 4, max(longest, 14)), 1)
