"""The commands about many conversations: choosing several, and the board of triage."""

from typing import Final

from deskterm.commands.model import Command, Context, Group, Need

_LIST: Final = frozenset({Context.LIST})

_SELECT = (
    ("select.one", "space", "select", "Select", "Select a conversation, or no longer", "select"),
    ("select.range", "v", "range", "Select a range", "It follows the cursor; again: it ends", "select_range"),
    ("select.all", "*", "all", "Select all", "All that the filter finds; Esc clears", "select_all"),
)
_TRIAGE = (
    ("goto.triage", "g>t", "triage", "Go to triage", "All that is open, and who has how much", "triage"),
    ("triage.group", "b", "board", "Board, by…", "By assignee, status, priority, tag; a table", "group"),
    ("triage.left", "h left", "lane", "Lane before", "The lane before, on the board", "lane(-1)"),
    ("triage.right", "l right", "lane", "Next lane", "The next lane, on the board", "lane(1)"),
    ("triage.back", "<", "move", "Move a lane back", "Give it what the lane before stands for", "shift(-1)"),
    ("triage.on", ">", "move", "Move a lane on", "Give it what the next lane stands for", "shift(1)"),
    ("triage.balance", "=", "balance", "Balance…", "Spread what is selected over who is there", "balance"),
)

_URGENT = (
    "ticket.most_urgent",
    ".",
    "most urgent",
    "Most urgent",
    "Open the most urgent of yours",
    "most_urgent",
)

#: Choosing several, and what is done with many.
OF_MANY: Final = (
    *(Command(*row, Group.SELECT, contexts=_LIST) for row in _SELECT),
    Command(*_URGENT, Group.MOVE),
    Command(*_TRIAGE[0], Group.FIND, need=Need.ADMIN),
    *(Command(*row, Group.SELECT, contexts=_LIST, need=Need.ADMIN) for row in _TRIAGE[1:]),
)
#: What is of use on the board alone.
ON_BOARD: Final = frozenset({"triage.left", "triage.right", "triage.back", "triage.on"})

#: The hints on the board: those of two keys that do one thing stand together.
BOARD_FOOTER: Final = (
    "ticket.open",
    "triage.left",
    "triage.right",
    "triage.back",
    "triage.on",
    "triage.balance",
    "triage.group",
    "select.one",
    "ticket.assign",
    "ticket.reply",
    "ticket.resolve",
    "ticket.status",
    "undo",
)
