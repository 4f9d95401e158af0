"""Baseline: the least Textual program of the inbox's shape: three framed panes, a style sheet, a footer."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import Footer, OptionList, Static


class ThreePanes(App[None]):
    """A list, a text, another text."""

    CSS = """
    #list { width: 46; border: round white; }
    #thread { width: 1fr; border: round white; }
    #details { width: 30; border: round white; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit", "Quit"),
        ("r", "reply", "Reply"),
        ("a", "assign", "Assign"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The panes."""
        with Horizontal():
            yield OptionList(*(f"Contact {number} · Subject {number}" for number in range(16)), id="list")
            yield Static("Painted", id="thread")
            yield Static("Details", id="details")
        yield Footer()


if __name__ == "__main__":
    ThreePanes().run()
