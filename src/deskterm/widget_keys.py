"""The keys of what is inside a screen: rows of the table of commands that widgets do themselves.

Widgets know no commands, so these rows stand below both: a widget binds them, `commands.inside` and the table
make commands of them. Columns: id, keys, short word, title, help, action.
"""

from collections.abc import Iterable
from typing import Final

from textual.binding import Binding, BindingType

Row = tuple[str, str, str, str, str, str]
Rows = tuple[Row, ...]

#: Lists, conversations, texts and the help are moved in alike.
MOVE: Final[Rows] = (
    ("list.down", "j down", "down", "Down", "Next row or line", "move(1)"),
    ("list.up", "k up", "up", "Up", "Row or line before", "move(-1)"),
    ("list.half_down", "ctrl+d", "half page", "Half a page down", "Half a page down", "half_page(1)"),
    ("list.half_up", "ctrl+u", "half page", "Half a page up", "Half a page up", "half_page(-1)"),
    ("list.page_down", "pagedown", "page", "Page down", "A page down", "page(1)"),
    ("list.page_up", "pageup", "page", "Page up", "A page up", "page(-1)"),
    ("goto.top", "g>g home", "top", "Top", "First row or message", "top"),
    ("goto.bottom", "G end", "bottom", "Bottom", "Last row or message", "bottom"),
)
UNREAD: Final[Rows] = (
    ("list.unread_next", "]", "unread", "Next unread", "Next unread conversation", "unread(1)"),
    ("list.unread_previous", "[", "unread", "Previous unread", "Unread conversation before", "unread(-1)"),
)
OPEN: Final[Row] = ("ticket.open", "enter", "open", "Open", "Open the conversation under the cursor", "open")

SEND: Final[Row] = ("compose.send", "ctrl+s", "send", "Send", "Send what you wrote", "send")
KIND: Final[Row] = (
    "compose.kind",
    "ctrl+t",
    "reply/note",
    "Reply or note",
    "Switch to the other draft",
    "switch_kind",
)
NEWLINE: Final[Row] = (
    "compose.newline",
    "ctrl+j",
    "new line",
    "New line",
    "Also where Enter sends",
    "newline",
)
BACK: Final[Row] = (
    "back",
    "escape q",
    "back",
    "Back",
    "Leave the text, the conversation, the filter",
    "back",
)

#: Fields one below another; in a text of several lines the arrows and Enter are the text's.
FIELDS: Final[Rows] = (
    ("form.leave", "escape", "leave", "Leave a form", "Nothing of it is kept", "leave"),
    ("form.next", "tab", "next", "Next field", "Of a form; from the last to the first", "go(1)"),
    ("form.previous", "shift+tab", "before", "Field before", "Of a form", "go(-1)"),
)
LINES: Final[Rows] = (
    ("form.advance", "enter", "next", "Next field, or done", "In the last field: done", "advance"),
    ("form.below", "down", "next", "Field below", "Of a form", "go(1)"),
    ("form.above", "up", "before", "Field above", "Of a form", "go(-1)"),
)

CHOICES: Final[Rows] = (
    ("picker.leave", "escape", "cancel", "Choose nothing", "Close the list", "leave"),
    ("picker.next", "down ctrl+n", "next", "Next choice", "What is typed finds others", "move(1)"),
    ("picker.previous", "up ctrl+p", "previous", "Choice before", "Of a list to choose from", "move(-1)"),
    ("picker.page_down", "pagedown", "further", "Ten choices down", "Of a list to choose from", "move(10)"),
    ("picker.page_up", "pageup", "back", "Ten choices up", "Of a list to choose from", "move(-10)"),
)
FILTER: Final[Rows] = (
    ("filter.complete", "tab", "complete", "Complete", "What is offered, into the filter", "complete"),
)

PLACES: Final[Rows] = (
    ("places.open", "enter right", "open", "Go there", "A room or a direct message", "open"),
    ("places.leave", "escape left", "back", "Stay here", "Back to the conversation", "leave"),
)
#: Where leaving does not lead into a text, to which what is typed next would go.
BY_LETTER: Final[Rows] = (
    ("places.into", "l", "open", "Go there by a letter", "Where no text follows", "open"),
    ("places.out", "q h", "back", "Back by a letter", "Where no text follows", "leave"),
)

SEARCH: Final[Rows] = (
    ("search.older", "enter up", "older", "Older match", "The next message before that has it", "match(1)"),
    ("search.newer", "down", "newer", "Newer match", "The next message after that has it", "match(-1)"),
)


def bound(*rows: Row) -> list[BindingType]:
    """The bindings of a widget that does what these rows say, but for chords, which the app follows.

    They run before the focused field sees the key, so that what is typed ahead arrives where it belongs.
    """
    return [
        Binding(",".join(keys), action, title, show=False, priority=True, tooltip=told, id=name)
        for name, typed, _, title, told, action in rows
        if (keys := [each for each in typed.split() if ">" not in each[1:]])
    ]


def names(rows: Iterable[Row]) -> frozenset[str]:
    """The ids of some rows."""
    return frozenset(row[0] for row in rows)
