"""A text over a screen, to be read, scrolled, and left."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.text.safe import safe
from deskterm.text.width import steady
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.scroller import Scroller


class Page(Framed, Scroller):
    """The panel; its text is selected with the mouse like any other."""

    def allow_focus(self) -> bool:
        """Also where nothing scrolls: the keyboard is here, and its frame says so."""
        return True


class TextPage(Over[None]):
    """One text under a title. Escape, q and Enter leave it."""

    panel = Context.PAGE
    last = ""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._page = Page(Static(Content(steady(safe(text)))), classes="pane")
        self._heading = title

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self._page

    def on_mount(self) -> None:
        """Scroll at once."""
        self._page.set_frame(left=[(self._heading, "bold")])
        self.keys_changed()
        self.set_focus(self._page)

    def show_hints(self, words: str) -> None:
        """In the frame of the text."""
        self._page.set_frame(foot=[(words, "$muted")])

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)

    def action_page(self, step: int) -> None:
        """A screenful of the text."""
        self._page.action_page(step)

    def action_top(self) -> None:
        """The first line of it."""
        self._page.action_top()
