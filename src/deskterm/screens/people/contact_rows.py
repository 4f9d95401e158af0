"""How a contact's page and the list of contacts show them, their conversations and their notes. Pure."""

from deskterm.client.http.contact_calls import ContactDetail, ContactNote
from deskterm.protocol.records import Conversation
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice

#: Where a lead stands; `converted` is said by making them a customer.
_LEADS = {
    "new": later("nobody has written to them"),
    "contacted": later("somebody has"),
    "qualified": later("may become a customer"),
    "unqualified": later("will not"),
}


def named(contact: ContactDetail) -> str:
    """The name, else the address, else that there is none."""
    return contact.name or contact.email or tr("Nobody we know")


def conversation_row(each: Conversation) -> Choice:
    """An earlier conversation."""
    about = " · ".join(part for part in (tr(each.status.value), each.subject or each.preview or "") if part)
    return Choice(f"conversation:{each.id}", f"#{each.number}", about)


def note_row(note: ContactNote) -> Choice:
    """What agents wrote about them."""
    author = note.author.name if note.author and note.author.name else tr("somebody")
    return Choice(f"note:{note.id}", tr("Note by {name}", name=author), note.body)


def lead_choices(present: str | None) -> list[Choice]:
    """Where a lead may stand."""
    return [
        Choice(each, tr(each), tr("now") if each == present else tr(words)) for each, words in _LEADS.items()
    ]
