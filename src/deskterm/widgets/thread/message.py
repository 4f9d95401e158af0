"""One message of a thread, drawn line by line from its plan entry.

Ana Souza                                       12:03
  I only get ERR_AUTH_42 since this morning.

▒ Mia · internal note                           12:05
▒ looks like the SSO rollout
"""

from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

from deskterm.protocol.records import AuthorKind, MessageKind, Visibility
from deskterm.text.sizes import size
from deskterm.text.words import tr
from deskterm.widgets.paint import Part, line, row, strip
from deskterm.widgets.text.body import Text, below, body, restyled, styled
from deskterm.widgets.text.highlight import highlighted
from deskterm.widgets.thread.notification import is_notification, notification
from deskterm.widgets.thread.plan import Delivery, Entry

#: Text is easier to read in lines no longer than this.
AGENT_CELLS, CUSTOMER_CELLS = 100, 72
#: The class of a thread whose messages are shown as they were written.
AS_WRITTEN = "-as-written"

_AUTHOR_STYLES = {
    AuthorKind.CONTACT: "$author-customer bold",
    AuthorKind.AGENT: "$author-agent bold",
    AuthorKind.PERSONA: "$author-persona bold",
    AuthorKind.SYSTEM: "$author-system",
}

_DELIVERIES: dict[Delivery, Part] = {
    Delivery.SENDING: ("◌", "$delivery-pending"),
    Delivery.SENT: ("✓", "$delivery-sent"),
    Delivery.SEEN: ("✓✓", "$delivery-sent"),
    Delivery.FAILED: ("✗", "$delivery-failed bold"),
}


class MessageVisual(Visual):
    """A header line, the text below it behind a bar, and a line about a failed send."""

    def __init__(self, entry: Entry, cells: int, source: bool) -> None:
        """`source` shows the text as it was written, without styles."""
        self._entry = entry
        self._cells = cells
        self._note = entry.message.visibility is Visibility.INTERNAL
        self.text = restyled(_text(entry, source), lambda text: highlighted(text, entry.sought))

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_minimal_width(self, rules: RulesMap) -> int:
        return 1

    def get_height(self, rules: RulesMap, width: int) -> int:
        width = self._width(width)
        lines = self.text.get_height(rules, max(width - 2, 1))
        return lines + self._entry.head + bool(self._entry.trouble) + bool(self._entry.held)

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        width = self._width(width)
        strips = []
        if self._entry.head:
            strips.append(strip(self._header(width), style, width))
        edge = strip(line(("▒ ", "$note-accent")) if self._note else Content("  "), style, 2)
        for text in self.text.render_strips(max(width - 2, 1), None, style, options):
            strips.append(Strip.join([edge, text]))
        if self._entry.held:
            strips.append(strip(line((f"  ◌ {self._entry.held}", "$delivery-pending")), style, width))
        if self._entry.trouble:
            waits = self._entry.delivery is Delivery.SENDING
            mark, style_of_it = ("◌", "$delivery-pending") if waits else ("✗", "$delivery-failed")
            trouble = line((f"  {mark} ", f"{style_of_it} bold"), (self._entry.trouble, style_of_it))
            strips.append(strip(trouble, style, width))
        if not self._entry.head and self._entry.delivery and strips:
            strips[0] = self._with_delivery(strips[0], style, width)
        return strips if height is None else strips[:height]

    def _width(self, width: int) -> int:
        return max(min(width, self._cells), 1)

    def _header(self, width: int) -> Content:
        author = self._entry.message.author
        name: list[Part] = [(author.name or "system", _AUTHOR_STYLES[author.kind])]
        if self._entry.message.operator is not None:
            name.append((f" ({self._entry.message.operator.name})", "$muted"))
        if self._note:
            name = [
                ("▒ ", "$note-accent"),
                *name,
                (" · ", "$note-muted"),
                (tr("internal note"), "$note-accent bold"),
            ]
        if self._entry.message.edited_at is not None and not self._entry.message.deleted:
            name.append((f" · {tr('edited')}", "$muted"))
        time: Part = (f" {self._entry.time} ", "$note-muted" if self._note else "$muted")
        return row(name, [" ", *self._delivery(), time], width)

    def _delivery(self) -> list[Part]:
        return [_DELIVERIES[self._entry.delivery]] if self._entry.delivery else []

    def _with_delivery(self, first: Strip, style: Style, width: int) -> Strip:
        """Without a header of its own, a text has its mark at the end of its first line, if there is room."""
        mark = line(" ", *self._delivery(), " " * 7)
        if first.cell_length + mark.cell_length > width:
            return first
        start = first.adjust_cell_length(width - mark.cell_length, style.rich_style)
        return Strip.join([start, strip(mark, style, mark.cell_length)])


def _text(entry: Entry, source: bool) -> Text:
    message = entry.message
    if message.deleted:
        ours = message.author.kind in (AuthorKind.AGENT, AuthorKind.PERSONA)
        unsent = ours and message.visibility is Visibility.PUBLIC  # what is out cannot be removed any more
        return line((tr("taken back, never sent") if unsent else tr("message removed"), "$muted italic"))
    text = body(message.body) if source else styled(message.body)
    for each in message.attachments:
        text = below(
            text, line(("▤ ", "$muted"), (each.filename, "$link"), (f" · {size(each.size)}", "$muted"))
        )
    return text


class MessageView(Widget):
    """One message. Selecting text with the mouse takes its words, not its header."""

    def __init__(self, entry: Entry, cells: int = AGENT_CELLS) -> None:
        super().__init__(markup=False)
        self._cells = cells
        self._source = False
        self._draw(entry)

    def on_mount(self) -> None:
        """A thread that shows sources shows this one's, too."""
        if any(each.has_class(AS_WRITTEN) for each in self.ancestors if isinstance(each, Widget)):
            self.show_source(True)

    def show_source(self, source: bool) -> None:
        """Shows the text as it was written, or with its Markdown as styles."""
        if source != self._source:
            self._source = source
            self.update(self.entry)

    def update(self, entry: Entry) -> None:
        """Shows another state of the message."""
        self._draw(entry)
        self.clear_cached_dimensions()
        self.refresh(layout=True)

    def render(self) -> Visual:
        """What to draw."""
        return self._visual

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected words."""
        return selection.extract(self._words.plain), "\n"

    def _draw(self, entry: Entry) -> None:
        self.entry = entry
        """What is shown."""
        message = entry.message
        shape = message.kind
        self._visual: Visual
        self._words: Text
        if is_notification(message):
            self._visual, self._words = notification(message, entry.time, self._cells)
        elif shape is MessageKind.ACTIVITY or message.author.kind is AuthorKind.SYSTEM:
            self._words = line((message.body, "$author-system"))
            self._visual = self._words
        else:
            visual = MessageVisual(entry, self._cells, self._source)
            self._visual, self._words = visual, visual.text
        note = message.visibility is Visibility.INTERNAL and shape is not MessageKind.ACTIVITY
        self.set_classes(
            " ".join(
                name
                for name, on in (
                    ("-head", entry.head),
                    ("-note", note),
                    ("-activity", shape is MessageKind.ACTIVITY),
                )
                if on
            )
        )
