"""A question with several answers: marks in a list, one after the other or all that match what was typed."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker, matching


class ChooseSeveral(Over[list[str]]):
    """A picker whose choices are marked; answers the ids of those that are, in the order of the list."""

    panel = Context.SEVERAL
    first = later("⏎ mark")
    last = later("Esc done")

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        marked: Collection[str],
        placeholder: str = later("type a name"),
    ) -> None:
        super().__init__()
        self._choices = list(choices)
        self._marked = set(marked)
        self._picker = Picker(title, [], placeholder=tr(placeholder), classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._picker.field)
        self._draw()

    def offer(self, choices: Sequence[Choice]) -> None:
        """Offers these from now on."""
        self._choices = list(choices)
        self._draw()

    def complain(self, words: str) -> None:
        """Says why these may not be all."""
        self._picker.set_frame(right=[(words, "$delivery-failed")])

    def action_all(self) -> None:
        """Mark everything that matches what was typed."""
        self._marked |= {each.id for each in matching(self._choices, self._picker.field.value)}
        self._draw()

    def action_none(self) -> None:
        """Mark nothing."""
        self._marked.clear()
        self._draw()

    def action_done(self) -> None:
        """Answer."""
        self.dismiss([each.id for each in self._choices if each.id in self._marked])

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        self._marked ^= {event.choice_id}
        self._draw()

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.action_done()

    def _draw(self) -> None:
        on = ("▣", "$unread bold")
        self._picker.set_choices(
            [replace(each, mark=on if each.id in self._marked else "▢") for each in self._choices]
        )
        self._picker.set_frame(
            right=[
                (
                    tr(
                        "{marked} of {count}",
                        marked=f"{len(self._marked):,}",
                        count=f"{len(self._choices):,}",
                    ),
                    "$muted",
                )
            ]
        )
