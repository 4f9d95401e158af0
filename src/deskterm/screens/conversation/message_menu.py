"""What is offered for one message, and everything that is known of it. Pure."""

from datetime import datetime
from typing import Final

from deskterm.commands.table import BY_ID
from deskterm.protocol.records import AuthorKind, Conversation, Me, Message, Visibility
from deskterm.screens.writing.changeable import may_change
from deskterm.text.links import links
from deskterm.text.safe import safe_line
from deskterm.text.times import day_label
from deskterm.widgets.asking.picker import Choice

#: What the menu does itself; every other choice is a command of the table.
RAW: Final = "message.raw"
WHOLE: Final = "message.details"

_AUTHORS = {
    AuthorKind.CONTACT: "customer",
    AuthorKind.AGENT: "agent",
    AuthorKind.PERSONA: "persona",
    AuthorKind.SYSTEM: "the desk itself",
}


def offered(message: Message, me: Me) -> list[Choice]:
    """The rows of a message's menu, the most used first; what makes no sense for it is absent."""
    rows = [_command("copy.message", "Copy its text")]
    if message.deleted:
        rows = []
    elif message.visibility is Visibility.PUBLIC:
        rows.append(_command("ticket.quote", "Quote it in a reply"))
    if may_change(message, me):
        rows += _own(message)
    if not message.deleted and links(message.body):
        rows.append(_command("link.open", "Its links…"))
    if not message.deleted:
        rows.append(Choice(RAW, "Show it as it was written", "without formatting"))
    return [*rows, Choice(WHOLE, "Details", "exact time, author, id")]


def _own(message: Message) -> list[Choice]:
    if message.visibility is Visibility.PUBLIC:
        return [_command("message.edit", "Take it back into the text")]
    return [_command("message.edit", "Change your note"), _command("message.delete", "Delete your note")]


def whole(message: Message, conversation: Conversation | None, now: datetime) -> str:
    """Everything that is known of a message, a line each."""
    zone = now.tzinfo
    sent = message.created_at.astimezone(zone)
    lines = [
        ("Written", f"{day_label(message.created_at, now)}, {sent:%Y-%m-%d %H:%M:%S %Z}"),
        ("By", f"{safe_line(message.author.name or 'nobody')} ({_AUTHORS[message.author.kind]})"),
    ]
    if message.operator is not None:
        lines.append(("Really by", safe_line(message.operator.name)))
    note = message.visibility is Visibility.INTERNAL
    lines.append(("For", "agents only (internal note)" if note else "the customer, too"))
    if message.edited_at is not None:
        lines.append(("Changed", f"{message.edited_at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"))
    if conversation is not None and not note and message.seq:
        theirs = message.author.kind is AuthorKind.CONTACT
        read = conversation.agent_read_seq if theirs else conversation.contact_read_seq
        reader = "the desk" if theirs else "the customer"
        lines.append(("Read", f"by {reader}" if read >= message.seq else f"not yet by {reader}"))
    lines += [("File", safe_line(each.filename)) for each in message.attachments]
    lines.append(("Length", f"{len(message.body):,} characters"))
    lines.append(("Number", str(message.seq) if message.seq else "not sent yet"))
    lines.append(("Id", message.id))
    return "\n".join(f"{name:<10}{value}" for name, value in lines)


def _command(command_id: str, label: str) -> Choice:
    return Choice(command_id, label, BY_ID[command_id].shown_key)
