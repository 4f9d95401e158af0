"""The commands of panels: what opens over a screen and has keys beside typing, choosing, leaving; and of
what there is before a desk is open.

A panel has the keyboard for itself, so its keys clash with no letter of a list. Columns: id, key, word in the
panel's frame, title, help, action.
"""

from typing import Final

from deskterm.commands.model import LOOKING, OVER, Command, Context, Group, Home, Need

_LISTS: Final = frozenset(
    {
        Context.CONTACTS,
        Context.TICKETS,
        Context.AUDIT,
        Context.API_KEYS,
        Context.WEBHOOKS,
        Context.DELIVERIES,
        Context.BLOCKS,
    }
)
_NARROWED: Final = frozenset({Context.TICKETS, Context.AUDIT})

_ROSTER = (
    (
        "people.invitations",
        "f5",
        "asked",
        "Who was asked in",
        "And has not answered; ⏎ takes it back",
        "invitations",
    ),
    ("people.invite", "f6", "invite", "Invite somebody", "By e-mail, with a role", "invite"),
    ("people.new", "f7", "persona", "New persona", "A name to speak under", "new"),
    ("people.retire", "f8", "retire", "Retire a persona", "Twice: it cannot be taken back", "retire"),
    ("people.manage", "f9", "member…", "Manage a member…", "Role, maximum, access, password", "manage"),
)
_PERSONA = (
    ("persona.save", "ctrl+s", "save", "Save the persona", "As it stands in the form", "of_form('submit')"),
    (
        "persona.operators",
        "f4",
        "who speaks as it",
        "Who speaks as it",
        "Its operators",
        "of_form('operators')",
    ),
    (
        "persona.open",
        "f6",
        "open",
        "Open for messages",
        "Everybody may write to it",
        "of_form('switch(\"open\")')",
    ),
    (
        "persona.support",
        "f9",
        "support",
        "Support's persona",
        "The voice of Help & Support",
        "of_form('switch(\"support\")')",
    ),
)
_CONTACTS = (
    ("contacts.search", "f4", "search all", "Search all contacts", "Also those not shown", "search"),
)
_CONTACT = (
    ("contact.edit", "f4", "edit", "Edit a contact", "Name, e-mail, phone, company", "edit"),
    ("contact.convert", "f6", "customer", "Make them a customer", "A lead or visitor", "convert"),
    ("contact.note", "f7", "note", "Note about a contact", "Only agents read it", "note"),
    ("contact.merge", "f8", "merge", "Merge a contact", "Into another one, for good", "merge"),
    ("contact.see", "f9", "view as", "View as a contact", "What they see; it is in the audit", "see"),
    ("contact.erase", "f10", "erase", "Erase a contact", "After their name was typed", "erase"),
)
_KEYS = (
    ("keys.new", "f7", "new", "New API key", "Secret, publishable, identity", "new"),
    ("keys.revoke", "f8", "revoke", "Revoke an API key", "Twice: it stops at once", "revoke"),
)
_WEBHOOKS = (
    ("webhooks.new", "f7", "new", "New webhook", "Where, then which events", "new"),
    ("webhooks.delete", "f8", "delete", "Delete a webhook", "Twice, with what waits for it", "delete"),
    ("webhooks.deliveries", "f9", "deliveries", "Deliveries", "What was sent there; again", "deliveries"),
)
_BLOCKS = (
    ("blocks.new", "f7", "block a network", "Block a network", "An address or a range", "new"),
    ("blocks.remove", "f8", "unblock", "Unblock", "They are heard again", "remove"),
    ("blocks.back", "f6", "block again", "Block again", "Whom one has just unblocked", "back"),
)
_CANNED = (
    ("canned.take", "enter", "take", "Take a canned reply", "Into the text; or edit it", "take"),
    ("canned.edit", "f4", "edit", "Edit a canned reply", "The marked one", "wish('edit')"),
    ("canned.new", "f7", "new", "New canned reply", "For oneself or everybody", "wish('new')"),
    (
        "canned.delete",
        "f8",
        "delete",
        "Delete a canned reply",
        "Twice: it cannot be taken back",
        "wish('delete')",
    ),
)
_CANNED_FORM = (
    ("canned.save", "ctrl+s", "save", "Save a canned reply", "As it stands in the form", "of_form('submit')"),
    ("canned.share", "f9", "who uses it", "Who uses it", "Everybody, or only you", "of_form('share')"),
)
_NOTIFICATION = (
    (
        "notify.send",
        "ctrl+s",
        "preview, then send",
        "Preview, then send",
        "It is counted first",
        "of_form('submit')",
    ),
    ("notify.recipients", "f4", "recipients", "Recipients", "Who shall have it", "of_form('recipients')"),
    ("notify.look", "f9", "look", "Next look", "Templates, then free colours", "of_form('look(1)')"),
)
_SEVERAL = (
    ("several.all", "f8", "all that match", "Mark all that match", "What was typed", "all"),
    ("several.none", "f7", "none", "Mark none", "Begin anew", "none"),
    ("several.done", "ctrl+s", "done", "Done", "Take what is marked", "done"),
)
_OUTBOX = (
    ("outbox.send", "f5", "send all", "Send all now", "Also what is old", "send_all"),
    ("outbox.discard", "delete", "discard", "Discard…", "What is marked; asks first", "discard"),
)
_REWRITING = (
    ("rewrite.keep", "ctrl+s", "keep the change", "Keep the change", "Of a note, a description", "keep"),
)
_SCRIPT = (
    "website.script",
    "f6",
    "the line for your website",
    "The line for your website",
    "To paste into its pages",
    "script",
)
_VOICE = ("voice.close", "ctrl+o", "close", "Speak as before", "Closes what it opened", "leave")
_SIGN_IN = (
    ("sign_in.token", "f4", "token or password", "Token or password", "The other way in", "token"),
    ("sign_in.forgot", "f6", "forgot it", "Forgotten password", "Has a token mailed for a new one", "forgot"),
    ("sign_in.accounts", "f3", "accounts", "Known accounts", "Those of this machine", "accounts"),
    ("sign_in.reveal", "f2", "show", "Show the password", "Or the token; again hides it", "reveal"),
)
_START = (
    ("start.again", "f5", "try again", "Open the desk again", "Where it did not open", "open_desk"),
    ("start.sign_in", "f3", "sign in elsewhere", "Sign in elsewhere", "As somebody else, too", "sign_in"),
)
_PAGE = (
    ("page.close", "escape q enter", "back", "Back from a text", "To where it was opened", "close"),
    ("page.on", "space", "read on", "Read on", "A page down", "page(1)"),
)
_QUESTION = (
    ("question.yes", "enter y", "yes", "Yes", "Do it", "answer(True)"),
    ("question.no", "escape n q", "no", "No", "Leave it as it is", "answer(False)"),
)
_HELP = (
    ("help.close", "q ? f1", "close", "Close the help", "Back to where it was opened", "dismiss"),
    ("help.leave", "escape", "close", "Back in the help", "From searching it; then close it", "leave"),
    ("help.search", "/", "search", "Search the help", "A key, a word, an id", "search"),
    ("help.found", "enter", "read", "Read what was found", "Out of the field", "found"),
    ("help.guide", "w", "guide", "How things work", "In plain words", "answer('guide')"),
    ("help.filters", "l", "filter language", "The filter language", "What / takes", "answer('filters')"),
)
_JUMP = (
    ("jump.leave", "escape ; f2", "leave", "Leave jump mode", "And stay here", "dismiss"),
    ("jump.take_back", "backspace", "take back", "One letter less", "Of a label of two", "take_back"),
)
_PAST = ("past.back", "escape q f3", "back", "Back to the present request", "From an earlier one", "back")
_COPY = ("shown.copy", "f6", "copy", "Copy what is shown", "A key, a secret, a line of HTML", "copy")
_REVEAL = ("password.reveal", "f2", "show", "Show passwords", "What was typed; again hides it", "reveal")
_UNDO = ("panel.undo", "f3", "take back", "Take back in a panel", "What was last changed in it", "take_back")
_CHANGED: Final = frozenset({Context.ROSTER, Context.CONTACT, Context.TICKET})
_FILTER = ("panel.filter", "f4", "filter", "Narrow a list", "Show only some of it", "narrow")
_RELOAD = ("panel.reload", "f5", "load again", "Load a list again", "Ask the server anew", "reload")


def _of(context: Context, rows: tuple[tuple[str, str, str, str, str, str], ...], need: Need) -> list[Command]:
    contexts = frozenset({context})
    return [Command(*row, Group.PANELS, contexts, Home.PANEL, need) for row in rows]


PANELS: Final[tuple[Command, ...]] = (
    Command(*_UNDO, Group.PANELS, _CHANGED, Home.PANEL),
    *_of(Context.ROSTER, _ROSTER, Need.ADMIN),
    *_of(Context.PERSONA, _PERSONA, Need.ADMIN),
    *_of(Context.CONTACTS, _CONTACTS, Need.NOTHING),
    *_of(Context.CONTACT, _CONTACT[:4], Need.NOTHING),
    *_of(Context.CONTACT, _CONTACT[4:], Need.ADMIN),
    *_of(Context.API_KEYS, _KEYS, Need.ADMIN),
    *_of(Context.WEBHOOKS, _WEBHOOKS, Need.ADMIN),
    *_of(Context.BLOCKS, _BLOCKS, Need.ADMIN),
    *_of(Context.CANNED, _CANNED, Need.NOTHING),
    *_of(Context.CANNED_FORM, _CANNED_FORM, Need.NOTHING),
    *_of(Context.NOTIFICATION, _NOTIFICATION, Need.ADMIN),
    *_of(Context.SEVERAL, _SEVERAL, Need.NOTHING),
    *_of(Context.OUTBOX, _OUTBOX, Need.NOTHING),
    *_of(Context.REWRITING, _REWRITING, Need.NOTHING),
    *_of(Context.WEBSITE, (_SCRIPT,), Need.ADMIN),
    *_of(Context.SHOWN, (_COPY,), Need.ADMIN),
    *_of(Context.PASSWORD, (_REVEAL,), Need.NOTHING),
    *_of(Context.VOICE, (_VOICE,), Need.NOTHING),
    *_of(Context.SIGN_IN, _SIGN_IN, Need.NOTHING),
    *_of(Context.START, _START, Need.NOTHING),
    *_of(Context.PAGE, _PAGE, Need.NOTHING),
    *_of(Context.QUESTION, _QUESTION, Need.NOTHING),
    *_of(Context.HELP, _HELP, Need.NOTHING),
    *_of(Context.JUMP, _JUMP, Need.NOTHING),
    *_of(Context.PAST, (_PAST,), Need.NOTHING),
    Command(*_FILTER, Group.PANELS, _NARROWED, Home.PANEL),
    Command(*_RELOAD, Group.PANELS, _LISTS, Home.PANEL),
)


#: Where commands of the whole program answer over a screen, too: F2 shows a password that is typed.
ALSO_OVER: Final = {
    "app.redraw": OVER,
    "app.quit": OVER,
    "app.help": OVER - {Context.HELP},
    "app.jump": OVER - {Context.PASSWORD, Context.SIGN_IN, Context.JUMP},
}
#: Where one moves as in a list.
LOOKED_AT: Final = LOOKING - {Context.JUMP, Context.START}


def of_panel(context: Context) -> list[Command]:
    """The commands of one panel, in the order of its frame."""
    return [each for each in PANELS if context in each.contexts]
