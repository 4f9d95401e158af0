"""Jump mode: letters on everything in sight that one can go to; typing them goes there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import Widget

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.widgets.asking.picker import Picker
from deskterm.widgets.chrome.jump_label import JumpLabel
from deskterm.widgets.chrome.places import PlaceList

#: The letters under the fingers first.
LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm"
_DIGITS: Final = "123456789"


@dataclass(slots=True, frozen=True)
class Target:
    """Something to go to: where it is, in cells of the screen, and how; `label` if it is known by one."""

    x: int
    y: int
    go: Callable[[], None]
    label: str = ""


def labels(count: int) -> list[str]:
    """So many labels of one or two letters, none the beginning of another; at most 676."""
    size = len(LETTERS)
    pairs_with = min(max(-(-(count - size) // (size - 1)), 0), size)
    singles = LETTERS[: size - pairs_with]
    pairs = [first + second for first in LETTERS[size - pairs_with :] for second in LETTERS]
    return [*singles, *pairs][:count]


def labelled(targets: Sequence[Target]) -> dict[str, Target]:
    """The targets by their labels; those beyond the last label have none and are left out."""
    free = iter(labels(sum(not each.label for each in targets)))
    found: dict[str, Target] = {}
    for each in targets:
        label = each.label or next(free, "")
        if label:
            found[label] = each
    return found


def fields(screen: Screen[Any]) -> list[Target]:
    """Everything that takes the focus on a screen of any kind, and the rows of its lists."""
    shown = [each for each in screen.focus_chain if _is_in_sight(screen, each)]
    found = [Target(each.region.x, each.region.y, partial(screen.set_focus, each)) for each in shown]
    for each in shown:
        if isinstance(each, PlaceList):
            found += place_targets(each, screen.set_focus)
    return found


def _is_in_sight(screen: Screen[Any], widget: Widget) -> bool:
    """Whether the corner of a widget is not below a drawer."""
    if not widget.region:
        return False
    try:
        there, _ = screen.get_widget_at(*widget.region.offset)
    except NoWidget:
        return False
    return widget in there.ancestors_with_self


def place_targets(places: PlaceList, go: Callable[[Widget], object]) -> list[Target]:
    """The places of a list; `go` moves the keyboard there first."""

    def stand(place_id: str) -> None:
        go(places)
        places.go_to(place_id)

    region = places.content_region
    spots = places.places_in_view() if places.display and region else []
    return [Target(region.x, region.y + y, partial(stand, place_id)) for place_id, y in spots]


def choices(screen: Screen[Any]) -> list[Target]:
    """What can be chosen on a screen over another one: the letter puts the cursor there, Enter takes it."""
    return [
        Target(x, y, partial(picker.go_to, choice_id))
        for picker in screen.query(Picker)
        for choice_id, x, y in picker.in_view()
    ]


class JumpScreen(Over[None]):
    """The labels over the screen below, which stays as it is."""

    #: The letters are what is typed, as in a field: no commands.
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"type('{key}')", show=False, priority=True) for key in LETTERS + _DIGITS),
    ]
    panel = Context.JUMP

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = labelled(targets)
        self._typed = ""

    def compose(self) -> ComposeResult:
        """One widget per label."""
        for label, target in self._targets.items():
            yield JumpLabel(label, target.x, target.y)

    def action_type(self, key: str) -> None:
        """One more letter: go there if that is a whole label; one that leads nowhere is not taken."""
        typed = self._typed + key
        if typed in self._targets:
            self._go(self._targets[typed])
        elif any(label.startswith(typed) for label in self._targets):
            self._follow(typed)

    def action_take_back(self) -> None:
        """One letter less; without any, leave."""
        if self._typed:
            self._follow(self._typed[:-1])
        else:
            self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """Go to what was clicked, or leave."""
        widget = event.widget
        if isinstance(widget, JumpLabel):
            self._go(self._targets[widget.label])
        else:
            self.dismiss()

    def _go(self, target: Target) -> None:
        """Leave first, at once: keys typed ahead are for where one goes."""
        self.dismiss()
        target.go()

    def _follow(self, typed: str) -> None:
        self._typed = typed
        for each in self.query(JumpLabel):
            each.follow(typed)
