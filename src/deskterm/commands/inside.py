"""The commands of what is inside a panel: the fields of a form, choices, rooms, a text to read.

They stay as they are, so that nobody who changes keys locks themselves in: Escape leaves, arrows choose.
"""

from typing import Final

from deskterm.commands.model import LOOKING, OVER, Command, Context, Group, Home
from deskterm.widget_keys import BY_LETTER, CHOICES, FIELDS, FILTER, LINES, PLACES

#: Forms of lines alone, those that have a text of several lines, and panels that are neither form nor list.
_OF_LINES: Final = frozenset({Context.FIELDS, Context.PASSWORD, Context.PERSONA, Context.SIGN_IN})
_WITH_TEXT: Final = frozenset({Context.CANNED_FORM, Context.NOTIFICATION})
_NEITHER: Final = frozenset({Context.REWRITING, Context.SHOWN})
_LISTS: Final = OVER - LOOKING - _OF_LINES - _WITH_TEXT - _NEITHER

INSIDE: Final[tuple[Command, ...]] = tuple(
    Command(*row, Group.PANELS, contexts, Home.WIDGET)
    for rows, contexts in (
        (FIELDS[:1], _OF_LINES | _WITH_TEXT | {Context.REWRITING}),
        (FIELDS[1:], _OF_LINES | _WITH_TEXT),
        (LINES, _OF_LINES),
        (CHOICES, _LISTS),
        (FILTER, frozenset({Context.CHOICES})),
        ((*PLACES, *BY_LETTER), frozenset({Context.PLACES})),
    )
    for row in rows
)
