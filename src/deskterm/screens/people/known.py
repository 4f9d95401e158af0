"""What the palette finds by typing besides commands: conversations, and people. Pure."""

from collections.abc import Iterator
from operator import attrgetter

from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Kind, Role
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.views import PRESENCE_MARKS

#: Begins the id of a conversation; people are called as the server is told whom one writes to.
CONVERSATION = "conversation:"


def known(replica: Replica, own: str | None) -> list[Choice]:
    """Conversations, the newest first, as `#4821 Ana Souza`; then whom one writes to, as `@Mike Chen`."""
    held = [each for each in replica.conversations() if each.kind is Kind.SUPPORT]
    held.sort(key=attrgetter("updated_at"), reverse=True)
    return [*map(_conversation, held), *_people(replica, own)]


def _conversation(each: Conversation) -> Choice:
    title = each.subject or (each.ticket.subject if each.ticket else "") or each.preview or ""
    who = each.contact.label if each.contact else tr("nobody")
    assignee = each.assignee.name if each.assignee else ""
    detail = " · ".join(part for part in (title, tr(each.status.value), assignee) if part)
    return Choice(f"{CONVERSATION}{each.id}", f"#{each.number} {who}", detail)


def _people(replica: Replica, own: str | None) -> Iterator[Choice]:
    for member in sorted(replica.roster.members.values(), key=attrgetter("name")):
        if member.role is not Role.CUSTOMER and member.id != own and not member.disabled:
            mark = PRESENCE_MARKS[member.presence]
            yield Choice(f"member_id:{member.id}", f"@{member.name}", tr(member.role.value), mark)
    for persona in sorted(replica.roster.personas.values(), key=attrgetter("name")):
        if persona.open:
            yield Choice(
                f"persona_id:{persona.id}", f"@{persona.name}", persona.title or "", ("◆", "$author-persona")
            )
