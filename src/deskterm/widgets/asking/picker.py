"""Choosing one thing from a list by typing a part of its name: assignee, status, priority, tag, filter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from deskterm.text.width import cells, crop
from deskterm.text.words import later, tr
from deskterm.widget_keys import CHOICES, bound
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.paint import Part, line, plain, row

#: A list of options measures every one of them; longer lists are narrowed by typing.
MOST_CHOICES = 500
#: So many of what is only found by typing; who looks for another one types more.
MOST_KNOWN = 20

#: Narrower than this, an option list cannot be drawn and is hidden.
_LEAST_CELLS = 4


@dataclass(slots=True, frozen=True)
class Choice:
    """One thing to choose: what it is called, what else to say about it, and whether it can be chosen."""

    id: str
    label: str
    detail: str = ""
    mark: Part = ""
    disabled: bool = False


class Picker(Framed, Vertical):
    """A panel with a field to type in and the choices that match, best first, to lay over a screen.

    What is `known` besides is only found by typing.
    """

    BINDINGS: ClassVar[list[BindingType]] = bound(*CHOICES)

    @dataclass
    class Picked(Message):
        """A choice was made."""

        choice_id: str

    @dataclass
    class Typed(Message):
        """The choices are narrowed by another text."""

        text: str

    @dataclass
    class Highlighted(Message):
        """The cursor is on another choice."""

        choice_id: str

    @dataclass
    class Cancelled(Message):
        """The reader wants none of it."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        placeholder: str = later("type to filter"),
        cancellable: bool = True,
        hints: str = "",
        known: Sequence[Choice] = (),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._title = title
        self._choices = tuple(choices)
        self._known = known
        self._cancellable = cancellable
        self._hints = hints
        self._shown: list[Choice] = []
        self._marked: int | None = None
        self.field = LineField(placeholder=tr(placeholder))
        self._options = OptionList(compact=True, markup=False)
        self._options.can_focus = False

    def compose(self) -> ComposeResult:
        """The field above the choices."""
        yield self.field
        yield self._options

    def on_mount(self) -> None:
        """Shows every choice."""
        hints = tr("↑↓ choose  ⏎ take  Esc cancel") if self._cancellable else tr("↑↓ choose  ⏎ take")
        self.set_frame(left=[(self._title, "bold")], foot=[(self._hints or hints, "$muted")])
        self._fill("")

    def on_resize(self, _: events.Resize) -> None:
        """Options are as wide as the panel, so that details stand at its right."""
        self._options.display = self.size.width >= _LEAST_CELLS
        self._options.styles.clear_rule("min_height")
        self.set_choices(self._choices)

    @property
    def marked(self) -> str | None:
        """The id of the choice under the cursor."""
        at = self._options.highlighted
        return self._shown[at].id if at is not None and at < len(self._shown) else None

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Offers something else; what was typed stays, and the cursor where its choice is still there."""
        at = self.highlighted
        self._choices = tuple(choices)
        self._fill(self.field.value)
        if at is not None:
            self.go_to(at)

    def add_choices(self, choices: Sequence[Choice]) -> None:
        """Offers those besides that are not here already."""
        here = {each.id for each in self._choices}
        more = [each for each in choices if each.id not in here]
        if more:
            self.set_choices([*self._choices, *more])

    @property
    def highlighted(self) -> str | None:
        """The choice under the cursor."""
        at = self._options.highlighted
        return self._shown[at].id if at is not None and at < len(self._shown) else None

    def go_to(self, choice_id: str) -> None:
        """Moves the cursor to a choice, if it is there and can be chosen."""
        places = (
            place for place, each in enumerate(self._shown) if each.id == choice_id and not each.disabled
        )
        self._options.highlighted = next(places, self._options.highlighted)

    def in_view(self) -> list[tuple[str, int, int]]:
        """The choices in view that can be chosen, each with its column and line on the screen."""
        region, top = self._options.content_region, self._options.scroll_offset.y
        shown = enumerate(self._shown[top : top + region.height]) if self._options.display else ()
        return [(each.id, region.x, region.y + y) for y, each in shown if not each.disabled]

    def action_leave(self) -> None:
        """Chooses nothing."""
        self.post_message(self.Cancelled())

    def action_move(self, step: int) -> None:
        """Moves to another choice, over those that cannot be chosen."""
        at = self._options.highlighted
        able = [place for place, each in enumerate(self._shown) if not each.disabled]
        if able:
            here = able.index(at) if at in able else -1
            self._options.highlighted = able[max(0, min(here + step, len(able) - 1))]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._options.display:  # fewer choices leave the panel where it is: nothing jumps while one types
            self._options.styles.min_height = self._options.size.height
        self._fill(event.value)
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        at = self._options.highlighted
        if at is not None and at < len(self._shown):
            self._take(self._shown[at])

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        before, self._marked = self._marked, event.option_index
        for place in {before, self._marked} - {None}:
            self._redraw(place)
        if self.highlighted is not None:
            self.post_message(self.Highlighted(self.highlighted))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(self._shown[event.option_index])

    def _take(self, choice: Choice) -> None:
        if not choice.disabled:
            self.post_message(self.Picked(choice.id))

    def _fill(self, typed: str) -> None:
        known = matching(self._known, typed)[:MOST_KNOWN] if typed.strip() else []
        self._shown = [*matching(self._choices, typed), *known][:MOST_CHOICES]
        self._marked = None
        self._options.clear_options()
        if self._shown:
            self._options.add_options(
                Option(self._draw(each), disabled=each.disabled) for each in self._shown
            )
            able = next((place for place, each in enumerate(self._shown) if not each.disabled), None)
            self._options.highlighted = able
        else:
            self._options.add_option(Option(line((tr("Nothing matches."), "$muted")), disabled=True))

    def _redraw(self, place: int | None) -> None:
        if place is not None and place < len(self._shown):
            prompt = self._draw(self._shown[place], place == self._marked)
            self._options.replace_option_prompt_at_index(place, prompt)

    def _draw(self, choice: Choice, marked: bool = False) -> Content:
        bar: Part = ("▌", "$frame-focus") if marked else " "
        mark: list[Part] = [choice.mark, " "] if choice.mark else []
        label: Part = (choice.label, "$muted") if choice.disabled else choice.label
        width = max(self.size.width - 1, 0)
        room = width - 5 - (2 if mark else 0)  # the bar, the mark, and what stands between and behind
        detail = crop(plain(choice.detail), max(room - cells(plain(choice.label)), room * 2 // 5))
        return row([bar, " ", *mark, label], [(detail, "$muted"), " "], width)


def matching(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that have every typed word in them, those that start with what was typed first."""
    words = typed.casefold().split()
    found = [
        each for each in choices if all(word in f"{each.label} {each.detail}".casefold() for word in words)
    ]
    return sorted(
        found, key=lambda each: not plain(each.label).casefold().startswith(typed.casefold().strip())
    )
