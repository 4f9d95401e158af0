"""A field of one line whose text is safe to show, whoever put it there: a clipboard can hold anything."""

from textual import events
from textual.geometry import Offset
from textual.widgets import Input

from deskterm.text.marks import TYPED_JOINERS
from deskterm.text.safe import safe


class LineField(Input):
    """Textual's field without frame and blinking."""

    def __init__(
        self, value: str = "", *, placeholder: str = "", secret: bool = False, most: int | None = None
    ) -> None:
        """`most` is how many letters there is room for; a `secret` is shown as dots."""
        super().__init__(
            value,
            placeholder=one_line(placeholder),
            password=secret,
            max_length=most or 0,
            compact=True,
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """The text as it may be shown. A secret stays what it is: it is not shown, and must fit."""
        return value if self.password else one_line(value)

    def on_key(self, event: events.Key) -> None:
        """Takes signs that are typed as letters are, though nothing is seen of them; Textual drops them."""
        if event.character in TYPED_JOINERS:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *self.selection)

    def validate__cursor_visible(self, visible: bool) -> bool:
        """Draws a cursor where no terminal shows its own."""
        return visible and self.app.is_headless

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's cursor goes; Textual's own is a cell too far behind the last letter."""
        x, y, *_ = self.content_region
        return Offset(x + self._position_to_cell(self.cursor_position) - round(self.scroll_x), y)

    def reveal(self) -> None:
        """Shows a secret that can be shown as it is, or hides it again."""
        if not self.password or one_line(self.value) == self.value:
            self.password = not self.password


def one_line(text: str) -> str:
    """`text` as a field can hold it."""
    return safe(text).replace("\n", " ")
