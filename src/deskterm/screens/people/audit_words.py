"""What each action of the audit is called. Pure."""

from typing import Final

from deskterm.text.words import later, tr

#: What entries are about, by the first part of their action.
ABOUT: Final = {
    "": later("everything"),
    "session": later("sign-ins"),
    "password": later("passwords"),
    "member": later("members"),
    "invitation": later("invitations"),
    "conversation": later("conversations"),
    "message": later("messages"),
    "notification": later("notifications"),
    "contact": later("contacts"),
    "persona": later("personas"),
    "group": later("rooms"),
    "organization": later("settings"),
    "api_key": later("API keys"),
    "webhook": later("webhooks"),
    "block": later("blocks"),
    "canned_reply": later("canned replies"),
    "view": later("saved views"),
    "retention": later("retention"),
    "import": later("imports"),
    "server": later("backups"),
}
ACTIONS: Final = {
    "api_key.created": later("made an API key"),
    "api_key.revoked": later("revoked an API key"),
    "block.created": later("blocked somebody"),
    "block.deleted": later("unblocked somebody"),
    "canned_reply.created": later("wrote a canned reply"),
    "canned_reply.deleted": later("deleted a canned reply"),
    "canned_reply.updated": later("changed a canned reply"),
    "contact.changed": later("changed a contact"),
    "contact.created": later("made a contact"),
    "contact.erased": later("erased a contact"),
    "contact.identified": later("a website vouched for a visitor"),
    "contact.merged": later("merged a contact"),
    "contact.note_deleted": later("deleted a note about a contact"),
    "contact.viewed": later("looked with a contact's eyes"),
    "conversation.assigned": later("assigned a conversation"),
    "conversation.merged": later("merged a conversation"),
    "conversation.unmerged": later("took a merge back"),
    "group.created": later("made a room"),
    "group.muted": later("muted somebody in a room"),
    "group.unmuted": later("let somebody write in a room again"),
    "group.updated": later("changed a room"),
    "import.finished": later("finished an import"),
    "import.started": later("began an import"),
    "import.undone": later("took an import back"),
    "invitation.accepted": later("accepted an invitation"),
    "invitation.made": later("invited somebody"),
    "invitation.revoked": later("took an invitation back"),
    "member.access_changed": later("changed a member's role or access"),
    "member.added": later("added a member"),
    "member.updated": later("changed a member"),
    "message.deleted": later("deleted a message"),
    "message.sent_as_persona": later("wrote as a persona"),
    "notification.sent": later("sent a notification"),
    "organization.changed": later("changed the settings"),
    "organization.exported": later("exported the organization"),
    "password.changed": later("changed the password"),
    "password.reset": later("set a new password by token"),
    "password_reset.made": later("made a token for a new password"),
    "password_reset.mailed": later("mailed a token for a new password"),
    "persona.created": later("made a persona"),
    "persona.deleted": later("retired a persona"),
    "persona.updated": later("changed a persona"),
    "retention.run": later("retention archived or erased"),
    "server.backed_up": later("made a backup"),
    "session.changed": later("ended a member's sessions"),
    "session.ended": later("signed out"),
    "session.refused": later("failed to sign in"),
    "session.started": later("signed in"),
    "view.created": later("shared a view"),
    "view.deleted": later("deleted a shared view"),
    "view.updated": later("changed a shared view"),
    "webhook.changed": later("changed a webhook"),
    "webhook.created": later("made a webhook"),
    "webhook.deleted": later("deleted a webhook"),
    "webhook.rotated": later("changed a webhook's secret"),
}


#: What stands beside an action, such as between whom a conversation changed hands.
DETAILS: Final = {
    "from": later("from"),
    "to": later("to"),
    "into": later("into"),
    "reason": later("reason"),
    "role": later("role"),
    "name": later("name"),
    "email": later("email"),
    "ip": later("ip"),
    "persona": later("persona"),
    "conversation": later("conversation"),
    "recipients": later("recipients"),
    "settings": later("settings"),
}


def detail_words(name: str) -> str:
    """What stands beside an action, by its name."""
    return tr(DETAILS.get(name, name.replace("_", " ")))


def action_words(action: str) -> str:
    """What was done; the action itself where a newer server has one that is not known here."""
    return tr(ACTIONS[action]) if action in ACTIONS else action
