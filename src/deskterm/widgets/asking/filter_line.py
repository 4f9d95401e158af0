"""A line in which a filter is typed; below it what is wrong, under the character, and what may come next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input
from textual.widgets.option_list import Option

from deskterm.text.words import tr
from deskterm.widget_keys import FILTER, bound
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.paint import line

#: Says what is wrong with a text and at which character, or nothing.
Check = Callable[[str], tuple[str, int] | None]
#: The whole texts that a text may become next.
Offer = Callable[[str], Sequence[str]]

_SHOWN = 10


class FilterLine(Picker):
    """Enter applies what stands there, Tab takes what is offered first, or what the arrows chose."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*FILTER)

    @dataclass
    class Applied(Message):
        """This filter is wanted."""

        text: str

    def __init__(
        self, title: str, text: str, offer: Offer, check: Check, *, classes: str | None = None
    ) -> None:
        super().__init__(
            title,
            (),
            placeholder=tr("status:open priority>=high waiting>30m, or words"),
            hints=tr("⏎ apply  Tab complete  Esc cancel"),
            classes=classes,
        )
        self._offer = offer
        self._check = check
        self._refused = False
        self.field.value = text

    def action_complete(self) -> None:
        """Puts what is offered into the line."""
        taken = self.highlighted or next((each.id for each in self._shown if not each.disabled), None)
        if taken is not None:
            self.field.value = taken
            self.field.cursor_position = len(taken)

    @on(Input.Submitted)
    def _applied(self, event: Input.Submitted) -> None:
        event.stop()
        event.prevent_default()
        if self.highlighted is not None:
            self.action_complete()
        elif self._check(self.field.value) is None:
            self.post_message(self.Applied(self.field.value.strip()))
        else:
            self._refused = True
            self._fill(self.field.value)

    def _fill(self, typed: str) -> None:
        """What is wrong is said once nothing can make it right by going on, or when it was to be applied."""
        offered = [each for each in self._offer(typed) if each != typed][:_SHOWN]
        self._shown = [Choice(each, each.strip()) for each in offered]
        self._marked = None
        self._options.clear_options()
        wrong = self._check(typed)
        if wrong is not None and (self._refused or not offered):
            words, at = wrong
            pointer = line(" " * min(at, max(self.size.width - 1, 0)), ("^", "$delivery-failed bold"))
            self._shown[:0] = [Choice("", "", disabled=True)] * 2
            self._options.add_option(Option(pointer, disabled=True))
            self._options.add_option(Option(line((words, "$delivery-failed")), disabled=True))
        self._refused = False
        self._options.add_options(Option(self._draw(each)) for each in self._shown if not each.disabled)
        self._options.highlighted = None
