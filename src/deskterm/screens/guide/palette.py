"""The palette: every command by its name, with its key; and the list of all keys."""

from collections.abc import Iterable, Sequence

from deskterm.commands.inside import INSIDE
from deskterm.commands.keymap import Keymap
from deskterm.commands.model import Command
from deskterm.commands.panels import PANELS
from deskterm.commands.table import COMMANDS
from deskterm.screens.inbox.choices import commands
from deskterm.screens.questions import RUNS, Choose
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice

#: Where more than commands is found.
FINDS = later("↑↓ choose  ⏎ run  # conversation  @ person  Esc close")


def palette(
    offered: Iterable[Command],
    keymap: Keymap,
    places: Iterable[Choice] = (),
    known: Sequence[Choice] = (),
) -> Choose:
    """Asks for one of the commands, or of the places to go to besides; answers its id.

    What is `known` is found by typing a part of it: `#4821`, `@mike`, a word.
    """
    found = [keymap.of(each) for each in offered if each.id not in _NEEDLESS]
    return Choose(
        tr("Commands"),
        [*commands(found), *places],
        placeholder=tr("what do you want to do?"),
        hints=tr(FINDS) if known else tr(RUNS),
        known=known,
    )


def all_keys(offered: Iterable[Command], keymap: Keymap) -> Choose:
    """Every command with its id, its keys, and the line that gave it other ones; answers the id of one."""
    here = {each.id: each for each in offered}
    agents = (
        [each for each in (*COMMANDS, *PANELS, *INSIDE) if each.id not in here] if set(here) & _AGENTS else []
    )
    rows = [_row(keymap.of(each), keymap, each.id in here) for each in (*here.values(), *agents)]
    return Choose(
        tr("All keys · {preset}", preset=keymap.preset),
        rows,
        placeholder=tr("key, command or id"),
        hints=tr(RUNS),
    )


def _row(command: Command, keymap: Keymap, can_run: bool) -> Choice:
    said = [command.id, command.shown_keys, keymap.where(command.id)]
    detail = " · ".join(each for each in said if each)
    return Choice(command.id, tr(command.title), detail, disabled=not can_run)


_AGENTS = frozenset(each.id for each in COMMANDS if each.id.startswith("ticket."))

#: What makes no sense from here: moving by one row, and the palette itself.
_NEEDLESS = frozenset(
    {
        "app.palette",
        "back",
        "focus.next",
        "focus.previous",
        "list.down",
        "list.half_down",
        "list.half_up",
        "list.page_down",
        "list.page_up",
        "list.up",
    }
)
