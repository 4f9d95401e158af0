"""How each command that changes something is taken back: by `u`, or by what else, in words."""

from typing import Final

#: Taken back by `u`, which says so each time.
BY_UNDO: Final = frozenset(
    {
        "ticket.assign",
        "ticket.take",
        "ticket.status",
        "ticket.priority",
        "ticket.tags",
        "ticket.resolve",
        "ticket.reopen",
        "ticket.snooze",
        "ticket.escalate",
        "ticket.mark_unread",
        "ticket.mark_read",
        "ticket.merge",
        "ticket.block",
        "ticket.new",
        "saved.save",
        "saved.rename",
        "saved.share",
        "saved.delete",
        "triage.back",
        "triage.on",
        "triage.balance",
        "message.edit",
        "message.delete",
    }
)

#: Changes that `u` does not take back, with what does, or why nothing can.
OTHERWISE: Final[dict[str, str]] = {
    "compose.send": "`u` or `ctrl+z` for a note, and for a reply while the organization holds it; "
    "what a customer has read stays",
    "compose.attach": "`u` for a note, and for a reply while the organization holds it; "
    "what a customer has read stays",
    "compose.unsend": "`ctrl+s` sends the text again",
    "compose.discard": "the same key brings the text back",
    "compose.persona": "the same list chooses another voice, or one's own",
    "ticket.notify": "it is counted and shown before it goes out; what somebody has read stays",
    "goto.contacts": "`F3` in its page; what is for good says so: merging, erasing, becoming a customer",
    "goto.people": "`F3` in its page; retiring a persona is for good, which is asked twice",
    "goto.website": "its page shows each value that can be chosen, the one before too",
    "goto.keys": "its page asks for `F8` twice before it revokes",
    "goto.webhooks": "its page changes again what was changed, and asks for `F8` twice before it deletes",
    "goto.blocks": "`F8` in its page unblocks, `F6` blocks again",
    "goto.tickets": "`F3` in its page",
    "room.new": "it can be renamed; a room without words troubles nobody",
    "room.rename": "the same command names it again",
    "room.mute": "the same key lets them write again",
    "canned.manage": "its page edits again what was edited, and asks for `F8` twice before it deletes",
    "app.account": "its page changes each thing back; signing out asks where something is not sent",
    "app.organization": "its page shows each value that can be chosen, the one before too",
    "undo": "the command itself does the change again",
    "chat.send": "what was sent is with support at once; another message puts it right",
    "chat.attach": "`ctrl+z` while it is on its way; then it is with support at once",
    "chat.unsend": "`ctrl+f` sends the file again",
    "chat.new": "asks first, for a closed request cannot be opened again by its customer",
}
