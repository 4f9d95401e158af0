"""Choosing as whom to speak: by a part of the name, those used last first, with what the reader will see."""

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.text.words import later
from deskterm.widgets.asking.form import FormLine
from deskterm.widgets.asking.picker import Choice, Picker

#: Stands for one's own name, or for whom the desk speaks as by itself.
NOBODY = "own"


class ChooseVoice(Over[str | None]):
    """The personas that one may speak as, and oneself; answers the id of one, or `NOBODY`."""

    panel = Context.VOICE
    first, last = later("type to filter  ⏎ choose"), later("Esc cancel")

    def __init__(
        self, title: str, choices: Sequence[Choice], seen: Callable[[str], str], present: str, log: str = ""
    ) -> None:
        """`seen` says in words what the reader will see of a choice, `log` what colleagues do."""
        super().__init__()
        self._picker = Picker(title, choices, classes="pane")
        self._seen = seen
        self._present = present
        self._line = FormLine(classes="voice--line")
        self._log = FormLine((log, "$muted"), classes="voice--line")

    def compose(self) -> ComposeResult:
        """The picker, and below it what comes of the choice."""
        with Vertical(classes="voice"):
            yield self._picker
            yield self._line
            yield self._log

    def on_mount(self) -> None:
        """Type at once; the present voice is marked."""
        self.set_focus(self._picker.field)
        self.call_after_refresh(self._picker.go_to, self._present)

    def action_leave(self) -> None:
        """Speak as before."""
        self.dismiss(None)

    @on(Picker.Highlighted)
    def _highlighted(self, event: Picker.Highlighted) -> None:
        self._line.say((self._seen(event.choice_id), "bold"))

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.dismiss(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
