"""What has been said at the demo's desk before somebody looks. Every step is one command of the product."""

from typing import Any, NamedTuple

from deskterm.protocol.records import Visibility
from deskterm.server.demo.people import ALICE, DANA, JANE, JOHN, MIKE, NORA, OSCAR, SARAH, Lead, Person


class Opens(NamedTuple):
    """Somebody writes in for the first time."""

    ago: float  # minutes before the demo's present
    who: Person | Lead
    subject: str
    body: str


class Says(NamedTuple):
    """A message in the conversation of `to`."""

    ago: float
    who: Person | Lead
    to: Person | Lead
    body: str
    visibility: Visibility = Visibility.PUBLIC
    persona: str | None = None


class Changes(NamedTuple):
    """An agent changes the conversation of `to`; an assignee is named by the person."""

    ago: float
    who: Person
    to: Person | Lead
    patch: dict[str, Any]
    assignee: Person | None = None


Step = Opens | Says | Changes
_DAY = 24 * 60

_JOHN: tuple[Step, ...] = (
    Opens(
        2 * _DAY + 190,
        JOHN,
        "Invoice export stops halfway",
        "Hi there! Exporting our October invoices as CSV stops at row 2,000. We have about 5,400 of them.\n"
        "Nothing in the log that I can see. Is there a limit I do not know about?",
    ),
    Changes(2 * _DAY + 182, DANA, JOHN, {"priority": "high", "add_tags": ["billing", "export"]}, SARAH),
    Says(
        2 * _DAY + 171,
        SARAH,
        JOHN,
        "Hello John, thanks for the exact numbers, they help a lot. There should be no limit. "
        "Does it stop at the same row every time?",
    ),
    Says(
        2 * _DAY + 160,
        JOHN,
        JOHN,
        "Every time, yes. It is always invoice 2024-1999, the first one of our branch in 東京 "
        "(株式会社アクメ). Could the characters be the problem? 🤔",
    ),
    Says(
        2 * _DAY + 149,
        SARAH,
        JOHN,
        "Reproduced: the export writes Latin-1 and gives up at the first name it cannot encode. "
        "Fix is in review, see EXP-311. Workaround: export as XLSX.",
        Visibility.INTERNAL,
    ),
    Says(
        2 * _DAY + 145,
        SARAH,
        JOHN,
        "That is exactly it, well spotted! The CSV export cannot write these characters yet. "
        "Until the fix is out you can export as XLSX, that one handles them.",
    ),
    Says(1 * _DAY + 75, JOHN, JOHN, "XLSX works, thank you! Our bookkeeping needs CSV by Friday though."),
    Says(
        1 * _DAY + 62,
        SARAH,
        JOHN,
        "Understood. The fix is planned for Thursday evening; I will write here as soon as it is live.",
    ),
    Says(11, JOHN, JOHN, "Good morning Sarah, any news? Our accountant is asking again 😅"),
    Says(6, JOHN, JOHN, "If it helps: a file with only the Tokyo invoices would be enough for now."),
)

_JANE: tuple[Step, ...] = (
    Opens(
        1 * _DAY + 320,
        JANE,
        "Change the company name on invoices",
        "Hello, we have renamed the company from Tech Solutions Inc to Tech Solutions International Inc. "
        "How do we change it on future invoices?",
    ),
    Changes(1 * _DAY + 301, DANA, JANE, {"priority": "low", "add_tags": ["billing"]}, MIKE),
    Says(
        1 * _DAY + 288,
        MIKE,
        JANE,
        "Congratulations on the new name! I can change it for you; I only need a document that shows it.",
        persona="Billing",
    ),
    Says(1 * _DAY + 240, JANE, JANE, "Great, I have sent the registration to billing by e-mail just now."),
    Says(
        1 * _DAY + 210,
        MIKE,
        JANE,
        "Document arrived and checked. The change runs with the next billing cycle on the 1st.",
        Visibility.INTERNAL,
    ),
    Says(
        1 * _DAY + 205,
        MIKE,
        JANE,
        "Received, thank you. From the next invoice on it will carry the new name. "
        "Would you like us to issue last month's invoice again as well?",
        persona="Billing",
    ),
    Says(38, JANE, JANE, "Yes please, that would save us some explaining to the auditors."),
)

_ALICE: tuple[Step, ...] = (
    Opens(
        5 * 60 + 20,
        ALICE,
        "Pricing for a team of 25",
        "Hi! We are a team of 25 and grow quickly. Do you offer volume discounts, and is there a trial?",
    ),
    Changes(5 * 60 + 12, DANA, ALICE, {"add_tags": ["sales"]}, SARAH),
    Says(
        4 * 60 + 58,
        SARAH,
        ALICE,
        "Hello Alice, welcome! Yes to both: 20 % from 25 seats on, and the trial runs for 30 days. "
        "Shall I prepare an offer with monthly or with yearly billing?",
    ),
    Changes(4 * 60 + 57, SARAH, ALICE, {"status": "pending"}),
)

DESIGNPI: tuple[Step, ...] = tuple(sorted(_JOHN + _JANE + _ALICE, key=lambda step: -step.ago))

NORTHWIND: tuple[Step, ...] = (
    Opens(3 * 60, OSCAR, "Delivery to Tromsø", "Hei! Do you deliver to Tromsø, and how long does it take?"),
    Says(2 * 60 + 40, NORA, OSCAR, "Hello Oscar, we do: three to five working days by post."),
    Says(95, OSCAR, OSCAR, "Perfect, tusen takk!"),
)
