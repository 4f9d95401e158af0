"""The help: every key, in groups, made from the table of commands."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from deskterm.commands.model import Command, Group
from deskterm.widgets.paint import Part, line

#: Which groups share a column, with three columns and with two.
_THREE = ((Group.CONVERSATION,), (Group.MOVE,), (Group.WRITE, Group.FIND, Group.APP))
_TWO = ((Group.CONVERSATION, Group.FIND), (Group.MOVE, Group.WRITE, Group.APP))

#: From this many columns of the terminal on there are three.
_WIDE = 104

_KEY_CELLS = 9


def columns(commands: Iterable[Command], groups: Iterable[tuple[Group, ...]]) -> Iterator[Content]:
    """One content per column: each group's name, then a line per command, in the order of the table."""
    by_group: dict[Group, list[Command]] = {group: [] for group in Group}
    for command in commands:
        by_group[command.group].append(command)
    for together in groups:
        shown = [_group(group, by_group[group]) for group in together if by_group[group]]
        yield Content("\n\n").join(shown)


def _group(group: Group, commands: list[Command]) -> Content:
    return Content("\n").join([line((group.value, "$heading bold")), *map(_line, _together(commands))])


def _together(commands: list[Command]) -> Iterator[tuple[str, str]]:
    """Keys and words; the numbered views make one line."""
    views = [
        command.shown_key
        for command in commands
        if command.id.startswith("view.") and command.keys[0].isdigit()
    ]
    for command in commands:
        if command.shown_key in views:
            if command.shown_key == views[0]:
                yield f"{views[0]}–{views[-1]}", "Views"
        else:
            yield command.shown_keys, command.title


def _line(row: tuple[str, str]) -> Content:
    keys, title = row
    parts: list[Part] = [(keys.ljust(_KEY_CELLS), "$key"), " ", title]
    return line(*parts)


class HelpScreen(ModalScreen[None]):
    """All keys of the screen below; any of the usual keys closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, commands: list[Command]) -> None:
        super().__init__()
        self._commands = commands

    def compose(self) -> ComposeResult:
        """The columns inside one frame."""
        with VerticalScroll(id="help", classes="pane") as pane:
            pane.border_title = "Help"
            pane.border_subtitle = "j k scroll · Esc close"
            with Horizontal():
                for content in columns(self._commands, _THREE if self.app.size.width >= _WIDE else _TWO):
                    yield Static(content, classes="help--column")

    def action_scroll(self, step: int) -> None:
        """One line down or up."""
        self.query_one("#help").scroll_relative(y=step, animate=False)
