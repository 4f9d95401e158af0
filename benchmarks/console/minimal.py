"""Baseline: the least a Textual program can be."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One text."""

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static("Painted")


if __name__ == "__main__":
    Minimal().run()
