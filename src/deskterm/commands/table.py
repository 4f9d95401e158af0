"""The table: every command of the console, once.

Bindings, footer, the `?` help, the palette, chords such as `g i` and docs/keys.md are made from `COMMANDS`;
nothing else names a key. Columns: id, keys, word in the footer, title, help, action.
"""

from typing import Final

from deskterm.commands.accounts import SWITCHES
from deskterm.commands.model import ANYWHERE, READING, WRITING, Command, Context, Group, Home, Need
from deskterm.commands.panels import ALSO_OVER, LOOKED_AT, of_panel
from deskterm.commands.saved_views import SAVED_VIEWS
from deskterm.commands.triage import OF_MANY
from deskterm.commands.website import WEBSITE
from deskterm.widget_keys import BACK, KIND, MOVE, NEWLINE, OPEN, SEARCH, SEND, UNREAD

_LIST_ONLY: Final = frozenset({Context.LIST})
_THREAD_ONLY: Final = frozenset({Context.THREAD})
_SEARCH_ONLY: Final = frozenset({Context.SEARCH})

_CONVERSATION = (
    OPEN,
    ("ticket.reply", "r", "reply", "Reply", "Write a public reply", "reply"),
    ("ticket.quote", "R", "quote", "Reply quoting", "Reply with the newest or selected text quoted", "quote"),
    ("ticket.note", "n", "note", "Internal note", "Write a note that only agents read", "note"),
    ("ticket.assign", "a", "assign", "Assign to…", "Choose who works on it", "assign"),
    ("ticket.take", "A", "take", "Take or give back", "Assign it to yourself, or to nobody", "take"),
    ("ticket.status", "s", "status", "Status…", "Choose where it stands", "status"),
    ("ticket.priority", "p", "priority", "Priority…", "Choose how urgent it is", "priority"),
    ("ticket.tags", "t", "tags", "Tags…", "Add and remove tags", "tags"),
    ("ticket.resolve", "e", "resolve", "Resolve", "Resolve it and go to the next one", "resolve"),
    ("ticket.reopen", "o", "reopen", "Reopen", "Set it open again", "reopen"),
    ("ticket.snooze", "z", "snooze", "Snooze…", "Put it away until later", "snooze"),
    ("ticket.escalate", "!", "escalate", "Escalate…", "Flag it with a reason, or clear the flag", "escalate"),
    ("ticket.mark_unread", "m>u", "unread", "Mark as unread", "For all of the desk; leaves it", "mark(True)"),
    ("ticket.mark_read", "m>r", "read", "Mark as read", "Without opening it", "mark(False)"),
    ("ticket.merge", "M", "merge", "Merge into…", "Put it into another one of its customer", "merge"),
    ("ticket.new", "c", "new", "New conversation…", "Write to a contact first", "new_conversation"),
    ("undo", "u", "undo", "Undo", "Take the last change back", "undo"),
)

_WRITE = (
    SEND,
    NEWLINE,
    KIND,
    ("compose.snippet", "ctrl+r", "canned", "Canned reply…", "Find one; `;` begins a line so", "canned"),
    ("compose.unsend", "ctrl+z", "take back", "Take back", "Undo; no text: unsend, or stop a file", "unsend"),
    ("compose.reread", "f6", "reread", "Read the newer reply", "Go to what a colleague wrote", "reread"),
    ("compose.discard", "f7", "discard", "Discard", "Throw the text away; again: back", "discard_text"),
    ("compose.attach", "ctrl+f", "file", "Send a file…", "With the text; without one at once", "attach"),
    ("compose.editor", "ctrl+g", "editor", "Your editor", "Write it in $VISUAL or $EDITOR", "editor"),
)

_VOICE = (
    "compose.persona",
    "ctrl+o",
    "speak as",
    "Speak as…",
    "Choose whose name is over your text",
    "persona",
)
_CANNED = ("canned.manage", "g>;", "canned", "Canned replies…", "Look, make, edit, delete", "manage_canned")
_SOURCE = ("thread.source", "V", "as written", "As written", "Messages without styles, and back", "source")

_STEPS = (
    ("ticket.next", "J", "next", "Next conversation", "Open the next one of the list", "step(1)"),
    ("ticket.previous", "K", "previous", "Previous conversation", "Open the one before", "step(-1)"),
)

_PLACES = (
    ("goto.direct", "g>d", "direct", "Direct messages", "Your rooms and direct messages", "direct"),
    ("goto.all_direct", "g>D", "all direct", "All direct messages", "Of everybody, by persona", "all_direct"),
    ("goto.people", "g>p", "people", "People and personas", "Who is here, and who speaks as whom", "people"),
    (
        "ticket.notify",
        "N",
        "notify",
        "Notify…",
        "Send a notification to the contact, or to many",
        "notify_contact",
    ),
    (
        "notify.sent",
        "g>n",
        "sent",
        "Sent notifications",
        "What was sent to whom, and who read it",
        "notified",
    ),
    ("room.new", "", "new room", "New room…", "A room for everybody here", "new_room"),
    ("room.rename", "", "rename", "Rename room…", "Call the open room something else", "rename_room"),
    ("room.mute", "m", "mute", "Mute, or let write", "Let somebody only read in this room; again", "mute"),
)

_PEOPLE = ("people.write", "enter", "write to", "Write to them", "The one conversation with them", "write_to")

_PANES = (
    ("focus.next", "tab", "pane", "Next pane", "Go to the next pane", "pane(1)"),
    ("focus.previous", "shift+tab", "pane", "Previous pane", "Go to the pane before", "pane(-1)"),
    BACK,
)

_FIND = (
    *((f"view.{n}", f"{n}", f"view {n}", f"View {n}", f"Show view {n}", f"view({n})") for n in range(1, 6)),
    ("list.filter", "/", "filter", "Filter…", "Show only some conversations", "filter"),
    ("list.sort", "S", "sort", "Sort…", "Choose the order of the list", "sort"),
    ("goto.inbox", "g>i", "inbox", "Go to the inbox", "Show your first view", "view(1)"),
    ("goto.unassigned", "g>u", "unassigned", "Go to unassigned", "What nobody works on yet", "unassigned"),
    ("goto.escalations", "g>e", "escalations", "Go to escalations", "What was escalated", "escalations"),
    ("goto.tickets", "g>T", "tickets", "Tickets…", "All of them, narrowed; subject, description", "tickets"),
    ("goto.contacts", "g>c", "contacts", "Contacts…", "Find, change, merge; their notes", "contacts"),
    ("goto.audit", "g>a", "audit", "Audit", "What was done in the organization, and by whom", "audit"),
    ("goto.outbox", "g>w", "outbox", "Go to the outbox", "What waits to be sent", "outbox"),
    ("view.sidebar", "i", "details", "Details", "Show or hide the ticket's details", "sidebar"),
)

_COPY = (
    ("copy.message", "y>m", "message", "Copy message", "The newest or selected one", "copy('message')"),
    ("copy.ticket", "y>t", "number", "Copy number", "The ticket's number", "copy('ticket')"),
    ("copy.link", "y>u", "link", "Copy link", "The newest link", "copy('link')"),
    ("copy.email", "y>e", "e-mail", "Copy e-mail", "The contact's address", "copy('email')"),
    ("file.save", "y>f", "save file", "Save file…", "Of the message pointed at, or of all", "save_file"),
    ("file.open", "y>o", "open file", "Open file", "With the desktop's program; over ssh saved", "open_file"),
    ("file.show", "y>p", "picture", "Look at a picture", "Here in the terminal", "show_picture"),
    ("link.open", "L", "links", "Links…", "Open one of the links; over ssh copy it", "links"),
)

_READ = (
    ("message.previous", "{", "message", "Previous message", "Point at the message before", "point(-1)"),
    ("message.next", "}", "message", "Next message", "Point at the message after", "point(1)"),
    ("message.menu", "enter", "message…", "Message…", "Copy, quote, links, details of it", "message"),
    ("message.edit", "E", "edit", "Edit own note", "Your newest, or the one pointed at", "edit_message"),
    (
        "message.delete",
        "D",
        "delete",
        "Delete own note",
        "Or a held reply; in rooms any message",
        "delete_message",
    ),
    ("thread.search", "/", "search", "Search here…", "Find words in the open conversation", "search"),
    ("thread.full", "f", "full screen", "Full screen", "The conversation alone; select by mouse", "full"),
)

_APP = (
    ("app.redraw", "ctrl+l", "redraw", "Redraw", "Paint the whole screen again", "redraw"),
    ("app.quit", "ctrl+q", "quit", "Quit", "Leave; drafts are kept", "quit"),
    ("app.palette", ": ctrl+p", "commands", "Commands", "Find anything by its name", "command_palette"),
    ("app.help", "? f1", "help", "Help", "Show all keys", "help"),
    ("app.guide", "", "guide", "How things work", "In plain words, for your role", "guide"),
    ("app.jump", "; f2", "jump", "Jump…", "Letters on everything in sight; type one to go there", "jump"),
    ("app.keys", "", "keys", "All keys", "Every command with its keys and its id", "keys"),
    ("app.reload_keys", "", "reload", "Reload keys", "Read your keys.toml again", "reload_keys"),
    ("app.tour", "", "tour", "Show the tour again", "The first three things to know", "tour"),
)

_NEEDS: Final = {
    "ticket.assign": Need.ADMIN,
    "ticket.take": Need.TAKE,
    "goto.unassigned": Need.UNASSIGNED,
    "goto.all_direct": Need.ADMIN,
    "goto.audit": Need.ADMIN,
    "ticket.notify": Need.ADMIN,
    "notify.sent": Need.ADMIN,
    "room.new": Need.ADMIN,
    "room.rename": Need.ADMIN,
    "room.mute": Need.ADMIN,
}
_AMONG_PEOPLE: Final = frozenset({Context.PEOPLE})

COMMANDS: Final[tuple[Command, ...]] = (
    Command(*_CONVERSATION[0], Group.CONVERSATION, contexts=_LIST_ONLY),
    *(Command(*row, Group.CONVERSATION, need=_NEEDS.get(row[0], Need.NOTHING)) for row in _CONVERSATION[1:]),
    *(Command(*row, Group.WRITE, contexts=WRITING) for row in _WRITE),
    Command(*_VOICE, Group.WRITE, contexts=frozenset({Context.COMPOSER, Context.THREAD})),
    Command(*_CANNED, Group.WRITE),
    Command(*_SOURCE, Group.CONVERSATION, contexts=frozenset({Context.THREAD})),
    *(Command(*row, Group.MOVE, contexts=READING | LOOKED_AT) for row in MOVE),
    *(Command(*row, Group.MOVE, contexts=READING | {Context.PLACES}) for row in UNREAD),
    *(Command(*row, Group.MOVE) for row in _STEPS),
    *OF_MANY,
    *(Command(*row, Group.MOVE, contexts=ANYWHERE) for row in _PANES),
    *(
        Command(
            *row,
            Group.FIND,
            contexts=_LIST_ONLY if row[0] == "list.filter" else READING,
            need=_NEEDS.get(row[0], Need.NOTHING),
        )
        for row in _FIND
    ),
    *SAVED_VIEWS,
    *(
        Command(
            *row,
            Group.DIRECT,
            contexts=_AMONG_PEOPLE if row[0] == "room.mute" else READING,
            need=_NEEDS.get(row[0], Need.NOTHING),
        )
        for row in _PLACES
    ),
    Command(*_PEOPLE, Group.DIRECT, contexts=_AMONG_PEOPLE),
    *(Command(*row, Group.FIND) for row in _COPY),
    *(Command(*row, Group.CONVERSATION, contexts=_THREAD_ONLY) for row in _READ),
    *(Command(*row, Group.FIND, contexts=_SEARCH_ONLY) for row in SEARCH),
    Command(
        "app.refresh",
        "f5",
        "retry",
        "Try again now",
        "Connect, send and load again",
        "refresh",
        Group.APP,
        ANYWHERE,
    ),
    Command(
        "goto.settings",
        "g>s",
        "settings",
        "Settings…",
        "Theme, dates, news, writing, keys",
        "settings",
        Group.APP,
        home=Home.APP,
    ),
    Command(
        "app.organization",
        "",
        "organization",
        "Organization…",
        "Its name, who sees what, voice, holding replies",
        "organization",
        Group.APP,
        home=Home.APP,
        need=Need.ADMIN,
    ),
    Command(
        "app.account",
        "g>o",
        "account",
        "Accounts, password, sign out",
        "Who you are, your other accounts, and out again",
        "account",
        Group.APP,
        home=Home.APP,
    ),
    *WEBSITE,
    *SWITCHES,
    *(
        Command(*row, Group.APP, contexts=ANYWHERE | ALSO_OVER.get(row[0], frozenset()), home=Home.APP)
        for row in _APP
    ),
)


def of_place(context: Context) -> list[Command]:
    """All that answers in a place that is no inbox: its own commands, then those of the whole program."""
    return [*of_panel(context), *(each for each in COMMANDS if context in each.contexts)]


BY_ID: Final = {command.id: command for command in COMMANDS}
#: The hints of the footer, per context, the most useful first; what does not fit is left out whole.
FOOTER: Final[dict[Context, tuple[str, ...]]] = {
    Context.LIST: (
        "ticket.open",
        "triage.balance",
        "triage.group",
        "ticket.reply",
        "ticket.note",
        "ticket.assign",
        "ticket.resolve",
        "ticket.snooze",
        "ticket.status",
        "list.filter",
        "select.one",
        "ticket.priority",
        "ticket.tags",
        "ticket.new",
        "undo",
    ),
    Context.THREAD: (
        "back",
        "ticket.reply",
        "ticket.note",
        "ticket.resolve",
        "ticket.assign",
        "ticket.snooze",
        "ticket.status",
        "ticket.next",
        "thread.search",
        "view.sidebar",
        "undo",
    ),
    Context.SEARCH: ("search.older", "search.newer", "back"),
    Context.PEOPLE: ("people.write", "back", "room.mute"),
    Context.COMPOSER: ("back", "compose.send", "compose.kind", "compose.persona", "compose.snippet"),
}
