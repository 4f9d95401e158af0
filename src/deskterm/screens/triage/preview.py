"""What would become of many conversations, before it does; and afterwards what did."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.screens.text_page import Page
from deskterm.text.words import tr
from deskterm.widgets.paint import line


class Consequences(Over[bool]):
    """A few lines; answers whether it shall be done. With nothing to do, or when it was, it only tells."""

    panel = Context.QUESTION

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
        self._page.set_frame(left=[(self._heading, "bold")])
        self.keys_changed()
        self.set_focus(self._page)

    def hints(self) -> str:
        """Where nothing is asked, it is only left."""
        no = self.key("question.no")
        return (
            tr("{yes} apply  {no} cancel", yes=self.key("question.yes"), no=no)
            if self._asks
            else tr("{key} close", key=no)
        )

    def show_hints(self, words: str) -> None:
        """In the frame of the lines."""
        self._page.set_frame(foot=[(words, "$muted")])

    def action_answer(self, yes: bool) -> None:
        """Answer."""
        self.dismiss(yes and self._asks)
