"""Asking for a filter over the inbox, in the filter language."""

from collections.abc import Mapping, Sequence

from textual import on
from textual.app import ComposeResult

from deskterm.protocol.query import parse
from deskterm.screens.inbox.completing import completions, mistake
from deskterm.screens.over import Over
from deskterm.text.words import tr
from deskterm.widgets.asking.filter_line import FilterLine


class AskFilter(Over[str | None]):
    """Answers the filter, an empty one for none; `known` are the names that complete each field."""

    def __init__(self, present: str, known: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._line = FilterLine(
            tr("Show only"),
            f"{present} " if present else "",
            lambda typed: completions(typed, known),
            lambda typed: mistake(typed, known),
            classes="pane",
        )

    def compose(self) -> ComposeResult:
        """The line with what it offers."""
        yield self._line

    def on_mount(self) -> None:
        """Type at once, behind what stands there."""
        self.set_focus(self._line.field)
        self._line.field.cursor_position = len(self._line.field.value)

    @on(FilterLine.Applied)
    def _applied(self, event: FilterLine.Applied) -> None:
        self.dismiss(str(parse(event.text)))

    @on(FilterLine.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
