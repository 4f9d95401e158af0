"""What would become of many conversations, before it does; and afterwards what did."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from deskterm.screens.over import Over
from deskterm.screens.text_page import Page
from deskterm.text.words import tr
from deskterm.widgets.paint import line


class Consequences(Over[bool]):
    """A few lines; answers whether it shall be done. With nothing to do, or when it was, it only tells."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", "apply", id="consequences.apply", show=False, priority=True),
        Binding("escape,q", "answer(False)", "cancel", id="consequences.cancel", show=False, priority=True),
    ]

    def __init__(self, title: str, lines: Sequence[str], *, asks: bool) -> None:
        super().__init__()
        self._page = Page(
            Static(Content("\n").join(line(each) for each in lines), markup=False), classes="pane"
        )
        self._heading, self._asks = title, asks

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self._page

    def on_mount(self) -> None:
        """Wait for an answer."""
        foot = tr("⏎ apply  Esc cancel") if self._asks else tr("Esc close")
        self._page.set_frame(left=[(self._heading, "bold")], foot=[(foot, "$muted")])
        self.set_focus(self._page)

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes and self._asks)
