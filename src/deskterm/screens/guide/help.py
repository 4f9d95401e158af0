"""The help: every key, in groups, made from the table of commands and the keys of one's own."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from deskterm.commands.inside import INSIDE
from deskterm.commands.keymap import Keymap
from deskterm.commands.model import Command, Context, Group
from deskterm.commands.panels import PANELS
from deskterm.commands.presets import DEFAULT
from deskterm.screens.over import Over
from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widget_keys import MOVE, bound
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.paint import line, wrapped

#: The most columns, and from how many of the terminal there are so many, and two; wider it never gets.
_MOST, _WIDE, _NARROW = 3, 104, 60

_KEY_CELLS = 9
#: What stands beside the titles of a column, and beside all columns.
_BESIDE_WORDS, _BESIDE_COLUMNS = _KEY_CELLS + 2, 5


def columns(commands: Iterable[Command], most: int, width: int) -> list[Content]:
    """One content per column: each group's name, then a line per command, in the order of the table.

    They share `width` cells. Groups go on in the next column where that keeps the longest column shortest:
    one scrolls least.
    """
    room = width // most - _BESIDE_WORDS
    by_group: dict[Group, list[Command]] = {group: [] for group in Group}
    for command in commands:
        if command.typed:
            by_group[command.group].append(command)
    groups = [_group(group, found, room) for group, found in by_group.items() if found]
    height = max((_height([each]) for each in groups), default=0)
    while len(filled := _filled(groups, height)) > most:
        height += 1
    return [Content("\n\n").join(column) for column in filled]


def matching(commands: Iterable[Command], typed: str) -> list[Command]:
    """The commands that have every typed word in their keys, title, help or id."""
    words = typed.casefold().split()
    return [each for each in commands if all(word in _searched(each) for word in words)]


def changes(keymap: Keymap) -> Content:
    """What is not as in the table, and which line says so; what is wrong first."""
    parts = [tr("preset {preset}", preset=keymap.preset)] if keymap.preset != DEFAULT else []
    parts += [each.words for each in keymap.changes]
    troubles = [line((f"! {each.sentence}", "$waiting-warn")) for each in keymap.troubles]
    said = [line((tr("Your changes: "), "$heading bold"), ", ".join(parts))] if parts else []
    return Content("\n").join([*troubles, *said])


def foot(keymap: Keymap, *, lists: bool = True) -> Content:
    """The keys of the help itself, and where the full list is, for whom there is one."""
    hint = keymap.hint("app.palette")
    own = [("help.search", tr("search")), ("help.guide", tr("guide")), ("help.leave", tr("close"))]
    if lists:
        own.append(("help.filters", tr("filter language")))
    words = [f"{found[0]} {said}" for name, said in own if (found := keymap.hint(name))]
    if hint and lists:
        words.append(tr("full list: {key} All keys", key=hint[0]))
    return line((" · ".join(words), "$muted"))


def _searched(command: Command) -> str:
    said = f"{command.shown_keys} {command.title} {command.help} {command.id}"
    return f"{said} {tr(command.title)} {tr(command.help)}".casefold()


def _group(group: Group, commands: list[Command], room: int) -> Content:
    lines = [each for keys, title in _together(commands) for each in _lines(keys, title, room)]
    return Content("\n").join([line((tr(group.value), "$heading bold")), *lines])


def _height(column: Sequence[Content]) -> int:
    return sum(each.plain.count("\n") + 2 for each in column)


def _filled(groups: Iterable[Content], height: int) -> list[list[Content]]:
    """The groups one below the other, and in the next column where they would be higher than that."""
    filled: list[list[Content]] = []
    for each in groups:
        if not filled or _height([*filled[-1], each]) > height:
            filled.append([])
        filled[-1].append(each)
    return filled


def _together(commands: list[Command]) -> Iterator[tuple[str, str]]:
    """Keys and words; the numbered views make one line while they have their numbers."""
    views = [each.typed for each in commands if each.id.startswith("view.") and each.typed.isdigit()]
    for command in commands:
        if len(views) > 1 and command.typed in views:
            if command.typed == views[0]:
                yield f"{views[0]}–{views[-1]}", tr("Views")
        else:
            yield _fitting(command), tr(command.title)


def _fitting(command: Command) -> str:
    """As many keys as stand in their column; the first at least."""
    keys = command.shown_keys.split("  ")
    while len(keys) > 1 and cells("  ".join(keys)) > _KEY_CELLS:
        keys.pop()
    return "  ".join(keys)


def _lines(keys: str, title: str, room: int) -> Iterator[Content]:
    """Its keys and its title, which goes on below itself where it is longer than `room`."""
    for number, words in enumerate(wrapped(title, room)):
        shown = "" if number else keys
        yield line((shown + " " * (_KEY_CELLS - cells(shown)), "$key"), " ", words)


class HelpScreen(Over[str]):
    """All keys of the screen below; any of the usual keys closes it, `/` looks for one, in panels, too."""

    AUTO_FOCUS = "#help-keys"
    BINDINGS: ClassVar[list[BindingType]] = bound(*MOVE)
    panel = Context.HELP

    def __init__(self, commands: Sequence[Command], keymap: Keymap) -> None:
        super().__init__()
        self._commands = keymap.all(commands)
        of_agents = any(each.id == "ticket.reply" for each in commands)
        self._in_panels = keymap.all((*PANELS, *INSIDE)) if of_agents else []
        self._keymap = keymap
        self._filters = any(each.id == "app.filters" for each in commands)
        self._field = LineField(placeholder=tr("/ search help"))
        self._shown_keys = VerticalScroll(id="help-keys")
        self._columns = [Static(classes="help--column") for _ in range(_MOST)]
        self._nothing = Static(line((tr("Nothing is called so."), "$muted")))

    def compose(self) -> ComposeResult:
        """The field, the columns, and what is one's own, inside one frame."""
        with Vertical(id="help", classes="pane") as pane:
            pane.border_title = line(tr("Help"))
            pane.border_subtitle = foot(self._keymap, lists=self._filters)
            yield self._field
            with self._shown_keys:
                with Horizontal():
                    yield from self._columns
                yield self._nothing
            own = changes(self._keymap)
            if own:
                yield Static(own, id="help-changes")

    def on_mount(self) -> None:
        """Everything, at first."""
        self._fill("")

    def on_resize(self) -> None:
        """As many columns as there is room for."""
        self._fill(self._field.value)

    def action_search(self) -> None:
        """Type what to look for; the frame keeps its size while less is shown."""
        pane = self.query_one("#help")
        pane.styles.height = pane.outer_size.height
        pane.add_class("-searched")
        self.set_focus(self._field)

    def action_answer(self, page: str) -> None:
        """Go on with how things work, or with the filter language, where there are filters."""
        if page == "guide" or self._filters:
            self.dismiss(page)

    def action_found(self) -> None:
        """Read what was found."""
        self.set_focus(self._shown_keys)

    def action_leave(self) -> None:
        """Look for nothing any more, or close."""
        if self._field.has_focus or self._field.value:
            self._field.value = ""
            self.action_found()
        else:
            self.dismiss()

    def action_move(self, step: int) -> None:
        """A line down or up."""
        self._shown_keys.scroll_relative(y=step, animate=False)

    def action_half_page(self, step: int) -> None:
        """Half a screenful down or up."""
        self.action_move(step * max(self._shown_keys.size.height // 2, 1))

    def action_page(self, step: int) -> None:
        """A screenful down or up, but for a line."""
        self.action_move(step * max(self._shown_keys.size.height - 1, 1))

    def action_top(self) -> None:
        """The first line."""
        self._shown_keys.scroll_home(animate=False)

    def action_bottom(self) -> None:
        """The last line."""
        self._shown_keys.scroll_end(animate=False)

    def keys_changed(self) -> None:
        """Its foot names them when it opens."""

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill(event.value)

    def _fill(self, typed: str) -> None:
        width = self.app.size.width
        most = _MOST if width >= _WIDE else 2 if width >= _NARROW else 1
        found = matching([*self._commands, *(self._in_panels if typed else ())], typed)
        shown = columns(found, most, min(width, _WIDE) - _BESIDE_COLUMNS)
        for place, column in enumerate(self._columns):
            column.display = place < len(shown)
            column.update(shown[place] if place < len(shown) else Content())
        self._nothing.display = not shown
