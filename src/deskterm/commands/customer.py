"""The commands of the customers' screen.

A table of its own, because no key of theirs is one of the agents': there, Enter sends.
"""

from typing import Final

from deskterm.commands.model import ANYWHERE, Command, Group, Home
from deskterm.commands.table import BY_ID as AGENTS
from deskterm.widget_keys import NEWLINE

_WRITE = (
    ("chat.send", "enter ctrl+s", "send", "Send", "Send what you wrote", "send"),
    ("chat.newline", NEWLINE[1], "new line", "New line", "Start a new line", "newline"),
    ("chat.attach", "ctrl+f", "file", "Send a file…", "A picture, a log: at most 25 MiB", "attach"),
    ("chat.unsend", "ctrl+z", "take back", "Take back", "Undo; in an empty text, stop a file", "unsend"),
    ("chat.files", "f10", "files", "Files…", "Look at one that came, open or save it", "files"),
    ("chat.editor", "ctrl+g", "editor", "Your editor", "Write it in $VISUAL or $EDITOR", "editor"),
)

_MOVE = (
    ("chat.page_up", "pageup", "earlier", "Scroll up", "Read what was said before", "page(-1)"),
    ("chat.page_down", "pagedown", "later", "Scroll down", "Read on", "page(1)"),
    ("chat.search", "ctrl+r", "search", "Search", "Find words in this conversation; ⏎ goes on", "search"),
    ("chat.write", "escape", "write", "Back to writing", "Go to the newest message and write", "write"),
)

_REQUESTS = (
    ("chat.new", "ctrl+n", "new request", "New request", "Close this request and start another", "new"),
    ("chat.earlier", "f3", "my requests", "My requests", "Read what you asked before", "earlier"),
)

_PLACES = (
    (
        "chat.places",
        "tab",
        "messages",
        "Messages",
        "Help & Support, rooms, direct messages; and back",
        "places",
    ),
    ("chat.people", "f9", "people", "People here", "Who is in this room; ⏎ writes to one of them", "people"),
    ("chat.direct", "f7", "write to…", "Write to…", "Begin a direct message, or go on with one", "direct"),
    ("chat.unread", "f8", "next new", "Next new", "Go where something new is", "unread"),
)

_APP = (
    ("chat.refresh", "f5", "try again", "Try again now", "Connect and send again", "refresh"),
    ("chat.settings", "f6", "settings", "Settings…", "Theme, dates, news, writing", "settings"),
    ("chat.account", "f4", "account", "Accounts, sign out", "Who you are, your other accounts", "account"),
)

#: What stands in the footer, the most useful first: in Help & Support, and in rooms and direct messages.
FOOTER: Final = ("chat.send", "chat.newline", "chat.places", "chat.new", "chat.earlier")
FOOTER_ELSEWHERE: Final = ("chat.send", "chat.newline", "chat.places", "chat.people", "chat.direct")

#: What a customer can do, in the order of the help.
CHAT: Final[tuple[Command, ...]] = (
    *(Command(*row, Group.WRITE, contexts=ANYWHERE, home=Home.INBOX) for row in _WRITE),
    *(Command(*row, Group.MOVE, contexts=ANYWHERE, home=Home.INBOX) for row in _MOVE),
    *(Command(*row, Group.FIND, contexts=ANYWHERE, home=Home.INBOX) for row in _REQUESTS),
    *(Command(*row, Group.FIND, contexts=ANYWHERE, home=Home.INBOX) for row in _PLACES),
    *(Command(*row, Group.APP, contexts=ANYWHERE, home=Home.INBOX) for row in _APP),
)

#: Those of the whole program that customers have too.
SHARED: Final = tuple(
    AGENTS[name] for name in ("app.palette", "app.help", "app.guide", "app.jump", "app.redraw", "app.quit")
)

BY_ID: Final = {command.id: command for command in (*CHAT, *SHARED)}
