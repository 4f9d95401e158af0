"""Text in blocks, drawn behind their margins. Marking it with the mouse takes words, not margins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from deskterm.text.width import cells
from deskterm.widgets.paint import Part, line, strip

#: A margin is left out where it would leave less than this for the words.
_LEAST_CELLS = 8


@dataclass(slots=True, frozen=True)
class Block:
    """Lines behind a margin: `first` stands before the first of them, `rest` before the others.

    `whole` lines keep their spaces: they are cut where the window ends, not between words.
    """

    content: Content
    first: tuple[Part, ...] = ()
    rest: tuple[Part, ...] = ()
    whole: bool = False


class StyledText:
    """What a message says, in blocks; it knows its height and its lines for any width."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = tuple(blocks)
        self.plain = "\n".join(each.content.plain for each in self._blocks)
        """The words, one block under another: what a selection is taken from."""

    def changed(self, change: Callable[[Content], Content]) -> "StyledText":
        """The same with other styles on its words."""
        return StyledText([replace(each, content=change(each.content)) for each in self._blocks])

    def with_line(self, content: Content) -> "StyledText":
        """The same with one more line below it."""
        return StyledText([*self._blocks, Block(content)])

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Lines at that width."""
        return sum(_height(each, rules, width) for each in self._blocks)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """The lines."""
        strips: list[Strip] = []
        y = 0
        for block in self._blocks:
            lines = _drawn(block, width, style, _moved(options, y), y)
            for place, each in enumerate(lines):
                strips.append(_behind(block.rest if place else block.first, each, width, style))
            y += block.content.plain.count("\n") + 1
        return strips if height is None else strips[:height]


def _margin(block: Block, width: int) -> int:
    taken = sum(cells(_words(each)) for each in block.first)
    return taken if width - taken >= _LEAST_CELLS else 0


def _words(part: Part) -> str:
    return part if isinstance(part, str) else part[0]


def _height(block: Block, rules: RulesMap, width: int) -> int:
    room = max(width - _margin(block, width), 1)
    if block.whole:
        return sum(len(each.fold(room)) for each in block.content.split(allow_blank=True))
    return block.content.get_height(rules, room)


def _drawn(block: Block, width: int, style: Style, options: RenderOptions, y: int) -> list[Strip]:
    """The lines of a block without their margin; `y` = how many lines of words stand above it."""
    room = max(width - _margin(block, width), 1)
    if not block.whole:
        return [_placed(each, y) for each in block.content.render_strips(room, None, style, options)]
    drawn: list[Strip] = []
    for number, whole in enumerate(block.content.split(allow_blank=True)):
        shown = _selected(whole, number, options)
        x = 0
        for piece in shown.fold(room):
            segments = Strip(piece.render_segments(style), piece.cell_length)
            drawn.append(segments.apply_offsets(x, y + number))
            x += len(piece)
    return drawn


def _selected(content: Content, number: int, options: RenderOptions) -> Content:
    span = options.selection.get_span(number) if options.selection is not None else None
    if span is None or options.selection_style is None:
        return content
    start, end = span
    return content.stylize(options.selection_style, start, len(content) if end == -1 else end)


def _placed(drawn: Strip, y: int) -> Strip:
    """The line with its place among all words instead of those of its block."""
    for segment in drawn:
        offset = segment.style.meta.get("offset") if segment.style is not None else None
        if offset is not None:
            return drawn.apply_offsets(offset[0], offset[1] + y)
    return drawn


def _moved(options: RenderOptions, y: int) -> RenderOptions:
    """The selection as a block sees it that begins at line `y`."""
    if options.selection is None or not y:
        return options
    start, end = options.selection
    if end is not None and end.y < y:
        return replace(options, selection=None)
    begins = None if start is None or start.y < y else Offset(start.x, start.y - y)
    ends = None if end is None else Offset(end.x, end.y - y)
    return replace(options, selection=Selection(begins, ends))


def _behind(margin: Sequence[Part], drawn: Strip, width: int, style: Style) -> Strip:
    taken = sum(cells(_words(each)) for each in margin)
    if not margin or width - taken < _LEAST_CELLS:
        return drawn
    return Strip.join([strip(line(*margin), style, taken), drawn])
