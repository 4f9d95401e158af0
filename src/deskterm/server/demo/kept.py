"""The demo's canned replies."""

from typing import NamedTuple

from deskterm.protocol.wire.canned_replies import CreateCannedReply
from deskterm.server.desk.canned_replies import do_create_canned_reply
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Tx


class Kept(NamedTuple):
    """A text under its shortcut."""

    shortcut: str
    title: str
    body: str


#: What everybody at designpi uses.
SHARED = (
    Kept(
        "hello",
        "Greeting, and what we need to know",
        "Hi {contact.first_name|there},\n\nthanks for writing to us! So that we can help you at once, "
        "please tell us:\n\n- what you wanted to do,\n- what happened instead,\n- and when that was.\n\n"
        "{agent.name}",
    ),
    Kept(
        "login",
        "Cannot log in",
        "Hi {contact.first_name|there},\n\nsorry that you cannot get in. Please try this:\n\n"
        "1. open a private window,\n2. choose **Forgot password**,\n"
        "3. use the newest of the mails that arrive: older links no longer work.\n\n"
        "If that does not help, answer here and we look into it. Your request has the number "
        "#{ticket.number}.",
    ),
    Kept(
        "refund",
        "Refund is on its way",
        "Hi {contact.first_name|there},\n\nwe have refunded order **{order_number}**: {amount} go back to "
        "the card you paid with. Banks take three to five working days to show it.\n\n{agent.name}",
    ),
    Kept(
        "invoice",
        "Invoice with another address",
        "Hi {contact.first_name|there},\n\nthe invoice {invoice_number} is made out to "
        "{contact.company} now, and on its way to {contact.email}.",
    ),
    Kept(
        "bye",
        "Solved, and thank you",
        "Glad that it works again, {contact.first_name|and thank you}! Just write here if anything else "
        "comes up.\n\n{agent.name} · {organization.name}",
    ),
)

#: What Sarah keeps for herself.
OWN = (
    Kept("logs", "Which logs to send", "Please send us the output of:\n\n```\nappctl logs --since 1h\n```"),
)


def add_canned_replies(tx: Tx, admin: Principal, agent: Principal) -> None:
    """The shared ones by an admin, and an agent's own."""
    for who, visibility, texts in ((admin, "shared", SHARED), (agent, "own", OWN)):
        for each in texts:
            command = CreateCannedReply.model_validate({"visibility": visibility, **each._asdict()})
            do_create_canned_reply(tx, who, command)
