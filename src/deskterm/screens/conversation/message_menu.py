"""What is offered for one message, and everything that is known of it. Pure."""

from datetime import datetime
from typing import Final

from deskterm.commands.table import BY_ID
from deskterm.protocol.records import AuthorKind, Conversation, Me, Message, Visibility
from deskterm.screens.writing.changeable import may_change
from deskterm.terminal.opening import is_picture
from deskterm.text.links import links
from deskterm.text.safe import safe_line
from deskterm.text.times import day_label
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice

#: What the menu does itself; every other choice is a command of the table.
RAW: Final = "message.raw"
WHOLE: Final = "message.details"

_AUTHORS = {
    AuthorKind.CONTACT: later("customer"),
    AuthorKind.AGENT: later("agent"),
    AuthorKind.PERSONA: later("persona"),
    AuthorKind.SYSTEM: later("the desk itself"),
}


def offered(message: Message, me: Me) -> list[Choice]:
    """The rows of a message's menu, the most used first; what makes no sense for it is absent."""
    rows = [_command("copy.message", tr("Copy its text"))]
    if message.deleted:
        rows = []
    elif message.visibility is Visibility.PUBLIC:
        rows.append(_command("ticket.quote", tr("Quote it in a reply")))
    if may_change(message, me):
        rows += _own(message)
    if not message.deleted and links(message.body):
        rows.append(_command("link.open", tr("Its links…")))
    if message.attachments and not message.deleted:
        if any(is_picture(each.media_type) for each in message.attachments):
            rows.append(_command("file.show", tr("Look at its picture")))
        rows.append(_command("file.open", tr("Open its file")))
        rows.append(_command("file.save", tr("Save its file…")))
    if not message.deleted:
        rows.append(Choice(RAW, tr("Show it as it was written"), tr("without formatting")))
    return [*rows, Choice(WHOLE, tr("Details"), tr("exact time, author, id"))]


def _own(message: Message) -> list[Choice]:
    if message.visibility is Visibility.PUBLIC:
        return [_command("message.edit", tr("Take it back into the text"))]
    return [
        _command("message.edit", tr("Change your note")),
        _command("message.delete", tr("Delete your note")),
    ]


def whole(message: Message, conversation: Conversation | None, now: datetime) -> str:
    """Everything that is known of a message, a line each."""
    zone = now.tzinfo
    sent = message.created_at.astimezone(zone)
    lines = [
        (tr("Written"), f"{day_label(message.created_at, now)}, {sent:%Y-%m-%d %H:%M:%S %Z}"),
        (tr("By"), f"{safe_line(message.author.name or tr('nobody'))} ({tr(_AUTHORS[message.author.kind])})"),
    ]
    if message.operator is not None:
        lines.append((tr("Really by"), safe_line(message.operator.name)))
    note = message.visibility is Visibility.INTERNAL
    lines.append((tr("For"), tr("agents only (internal note)") if note else tr("the customer, too")))
    if message.edited_at is not None:
        lines.append((tr("Changed"), f"{message.edited_at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"))
    if conversation is not None and not note and message.seq:
        theirs = message.author.kind is AuthorKind.CONTACT
        read = conversation.agent_read_seq if theirs else conversation.contact_read_seq
        reader = tr("the desk") if theirs else tr("the customer")
        lines.append(
            (
                tr("Read"),
                tr("by {reader}", reader=reader)
                if read >= message.seq
                else tr("not yet by {reader}", reader=reader),
            )
        )
    lines += [(tr("File"), safe_line(each.filename)) for each in message.attachments]
    lines.append((tr("Length"), tr("{count} characters", count=f"{len(message.body):,}")))
    lines.append((tr("Number"), str(message.seq) if message.seq else tr("not sent yet")))
    lines.append((tr("Id"), message.id))
    return "\n".join(f"{name:<10}{value}" for name, value in lines)


def _command(command_id: str, label: str) -> Choice:
    return Choice(command_id, label, BY_ID[command_id].shown_key)
