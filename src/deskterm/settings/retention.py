"""How long an organization keeps things; `settings.retention` on the server."""

from typing import Final

from deskterm.settings.entry import Entry
from deskterm.settings.organization import number

#: What the names of these entries begin with; what follows is the server's name.
PREFIX: Final = "retention."
_MOST_DAYS: Final = 36_500

ENTRIES: Final[tuple[Entry, ...]] = (
    number(
        f"{PREFIX}archive_days",
        "Archived after",
        "What is closed for so long leaves the lists, and is kept; 0 is never.",
        "days",
        (0, _MOST_DAYS),
        (0.0, 90.0, 365.0, 1095.0),
    ),
    number(
        f"{PREFIX}visitor_days",
        "Visitors forgotten after",
        "Nameless, and away for so long: erased with all they wrote; 0 is never.",
        "days",
        (0, _MOST_DAYS),
        (0.0, 90.0, 365.0, 1095.0),
    ),
)
