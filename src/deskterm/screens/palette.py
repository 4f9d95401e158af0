"""The palette: every command by its name, with its key."""

from collections.abc import Iterable

from deskterm.commands.model import Command
from deskterm.screens.choices import commands
from deskterm.screens.questions import Choose


def palette(offered: Iterable[Command]) -> Choose:
    """Asks for one of the commands; answers its id."""
    found = [each for each in offered if each.id not in _NEEDLESS]
    return Choose("Commands", commands(found), placeholder="what do you want to do?")


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
