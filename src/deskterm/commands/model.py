"""What a command of the console is, and where it answers."""

from enum import StrEnum
from typing import Final

from deskterm.record import record


class Context(StrEnum):
    """Where the keyboard is: a command answers only in its own contexts."""

    LIST = "list"
    THREAD = "thread"
    COMPOSER = "composer"
    SEARCH = "search"
    PEOPLE = "people"
    #: From here on, panels over a screen.
    ROSTER = "people and personas"
    PERSONA = "a persona"
    CONTACTS = "contacts"
    CONTACT = "a contact"
    TICKETS = "tickets"
    TICKET = "a ticket"
    AUDIT = "audit"
    API_KEYS = "API keys"
    WEBHOOKS = "webhooks"
    DELIVERIES = "deliveries"
    BLOCKS = "blocked"
    WEBSITE = "chat on your website"
    SHOWN = "something to copy"
    CANNED = "canned replies"
    CANNED_FORM = "a canned reply"
    NOTIFICATION = "a notification"
    SEVERAL = "marking several"
    OUTBOX = "outbox"
    REWRITING = "a text to change"
    PASSWORD = "password"
    VOICE = "whose name"
    FIELDS = "a form"
    CHOICES = "a list to choose from"
    SIGN_IN = "signing in"
    #: And those in which letters are no text.
    PAGE = "a text to read"
    QUESTION = "a question"
    HELP = "help"
    JUMP = "jump letters"
    START = "before a desk is open"
    PAST = "an earlier request"
    PLACES = "rooms and messages"


class Home(StrEnum):
    """Whose action a command runs: the program's, the inbox's, a panel's over it, or of what is inside."""

    APP = "app"
    INBOX = "inbox"
    PANEL = "panel"
    WIDGET = "widget"


class Need(StrEnum):
    """What a person must be allowed for a command to exist for them."""

    NOTHING = "nothing"
    ADMIN = "admin"
    TAKE = "take"  # admins, and staff who may take or give back a conversation
    UNASSIGNED = "unassigned"  # whoever sees conversations without an assignee


class Group(StrEnum):
    """The columns of the help page, in their order."""

    MOVE = "Move"
    CONVERSATION = "Conversation"
    SELECT = "Select several"
    WRITE = "Write"
    FIND = "Find and go"
    DIRECT = "People and rooms"
    APP = "App"
    PANELS = "In panels"


READING: Final = frozenset({Context.LIST, Context.THREAD})
WRITING: Final = frozenset({Context.COMPOSER})
#: What a screen has; commands of the whole program answer in all of it.
ANYWHERE: Final = frozenset(list(Context)[:5])
#: What opens over a screen.
OVER: Final = frozenset(Context) - ANYWHERE
#: Where one reads and looks: letters are commands.
LOOKING: Final = frozenset(list(Context)[list(Context).index(Context.PAGE) :])
#: Where letters are text.
TYPING: Final = WRITING | (OVER - LOOKING)


@record
class Command:
    """One thing a person can do.

    `typed` are its keys in Textual's words, separated by spaces: `j down`; a command without any is run from
    the palette. `g>i` is a chord: `g`, then `i`. `label` is the footer's short word for it.
    """

    id: str
    typed: str
    label: str
    title: str
    help: str
    action: str
    group: Group
    contexts: frozenset[Context] = READING
    home: Home = Home.INBOX
    need: Need = Need.NOTHING

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are typed at once."""
        return tuple(key for key in self.typed.split() if not is_chord(key))

    @property
    def chords(self) -> tuple[tuple[str, ...], ...]:
        """The keys that are typed one after the other."""
        return tuple(tuple(key.split(">")) for key in self.typed.split() if is_chord(key))

    @property
    def shown_key(self) -> str:
        """The first key as people read it: `⏎`, `^S`, `g i`; nothing if there is none."""
        return show_key(self.typed.split()[0]) if self.typed else ""

    @property
    def shown_keys(self) -> str:
        """All keys as people read them: `j ↓`."""
        return "  ".join(show_key(key) for key in self.typed.split())


def is_chord(key: str) -> bool:
    """Whether this is several keys, typed one after the other."""
    return ">" in key and len(key) > 1


def show_key(key: str) -> str:
    """A key of the table as it stands on a keyboard: `^S` for ctrl+s, `g i` for the chord."""
    parts = key.split(">") if is_chord(key) else [key]
    return " ".join(_SHOWN.get(part, part) for part in parts)


_SHOWN: Final = {
    "enter": "⏎",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "⇧Tab",
    "space": "Space",
    "delete": "Del",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    **{f"ctrl+{letter}": f"^{letter.upper()}" for letter in "abcdefghijklmnopqrstuvwxyz"},
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
