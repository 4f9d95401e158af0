"""A text over a screen, to be read, scrolled, and left."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from deskterm.screens.over import Over
from deskterm.text.safe import safe
from deskterm.text.width import steady
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed


class Page(Framed, VerticalScroll, inherit_bindings=False):
    """The panel; its text is selected with the mouse like any other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "down", id="page.down", show=False),
        Binding("k,up", "scroll_up", "up", id="page.up", show=False),
        Binding("pagedown,space", "page_down", "page down", id="page.page-down", show=False),
        Binding("pageup", "page_up", "page up", id="page.page-up", show=False),
        Binding("home", "scroll_home", "top", id="page.top", show=False),
        Binding("end", "scroll_end", "bottom", id="page.end", show=False),
    ]

    def allow_focus(self) -> bool:
        """Also where nothing scrolls: the keyboard is here, and its frame says so."""
        return True


class TextPage(Over[None]):
    """One text under a title. Escape, q and Enter leave it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "close", id="page.close", show=False)
    ]

    def __init__(self, title: str, text: str, hints: str = "") -> None:
        super().__init__()
        self._hints = hints or tr("Esc back")
        self._page = Page(Static(Content(steady(safe(text)))), classes="pane")
        self._heading = title

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self._page

    def on_mount(self) -> None:
        """Scroll at once."""
        self._page.set_frame(left=[(self._heading, "bold")], foot=[(self._hints, "$muted")])
        self.set_focus(self._page)

    def show_hints(self, words: str) -> None:
        """In the frame of the text."""
        self._page.set_frame(foot=[(words, "$muted")])

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
