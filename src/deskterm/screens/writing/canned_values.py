"""What the variables of canned replies stand for in one conversation."""

from deskterm.protocol.records import ContactKind, Conversation, Me, Persona, Visibility

#: The variables that are filled in by themselves, as the form for canned replies names them.
VARIABLES = (
    "contact.name",
    "contact.first_name",
    "contact.email",
    "contact.company",
    "ticket.number",
    "ticket.subject",
    "agent.name",
    "agent.first_name",
    "organization.name",
)


def values(
    conversation: Conversation, me: Me, persona: Persona | None, visibility: Visibility
) -> dict[str, str]:
    """What is known of each variable; what is not known is left out.

    `agent.name` is whoever the reader reads: behind a persona no agent's name gets into a public reply.
    """
    contact = conversation.contact
    known = contact is not None and contact.kind is not ContactKind.VISITOR
    name = (contact.name or "" if contact and known else "").strip()
    voice = me.organization.settings.get("voice", "persona")
    speaks = persona if visibility is Visibility.PUBLIC and voice == "persona" else None
    agent = speaks.name if speaks else me.name
    subject = conversation.subject or (conversation.ticket.subject if conversation.ticket else "")
    found = {
        "contact.name": name,
        "contact.first_name": _first(name),
        "contact.email": (contact.email if contact else None) or "",
        "contact.company": (contact.company if contact else None) or "",
        "ticket.number": str(conversation.number),
        "ticket.subject": subject,
        "agent.name": agent,
        "agent.first_name": agent if speaks else _first(agent),
        "organization.name": me.organization.name,
    }
    return {variable: value for variable, value in found.items() if value}


def _first(name: str) -> str:
    """The first word of a name; the whole name where names have no spaces, as 田中健二."""
    return name.split()[0] if name else ""
