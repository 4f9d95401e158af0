"""What an organization has escalated by itself: a wait that is too long, a word in a message, a priority.

A rule flags what is not flagged, with its reason. An agent who takes the flag away is not overruled: the same
wait is escalated once, a word only by the next message that has it, a priority only when it is set.
"""

import re
from functools import lru_cache
from typing import Any

from deskterm.protocol.records import Priority
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.storage import escalations, organizations
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.organizations import Settings

MINUTE_MS = 60_000


def by_words(settings: Settings, escalated: int, body: str, now: int) -> dict[str, Any]:
    """The columns to write for a customer's message; none if it has no word that escalates."""
    if escalated or not settings.escalate_words:
        return {}
    found = _pattern(settings.escalate_words).search(body)
    return {} if found is None else flag(f"The customer wrote “{found.group()}”.", now)


def by_priority(settings: Settings, escalated: int, rank: int, now: int) -> dict[str, Any]:
    """The columns to write where a conversation is given this priority."""
    least = settings.escalate_priority
    if escalated or least == "never" or rank < Priority(least).rank:
        return {}
    named = next(each for each in Priority if each.rank == rank)
    return flag(f"The priority is {named.value}.", now)


def flag(reason: str, now: int) -> dict[str, Any]:
    """The columns of something escalated."""
    return {"escalated": 1, "escalated_reason": reason, "escalated_at": now}


def line_of(changes: dict[str, Any]) -> str:
    """What the conversation says of it, to agents."""
    return f"Escalated. {changes['escalated_reason']}"


def is_any_waiting_too_long(reader: Reader, now: int) -> bool:
    """Whether `do_escalate_waiting` has anything to do."""
    return any(_waiting(reader, each.key, each.parsed, now, 1) for each in organizations.all_of(reader))


def do_escalate_waiting(tx: Tx, limit: int) -> int:
    """Flag what has waited for an answer for longer than its organization wants; answers how many."""
    flagged = 0
    for each in organizations.all_of(tx):
        minutes = each.parsed.escalate_after_minutes
        for row in _waiting(tx, each.key, each.parsed, tx.now, limit - flagged):
            changes = flag(f"The customer has waited for {minutes} minutes.", tx.now)
            _write(tx, each.key, row.id, changes | {"escalated_wait": row.waiting_since})
            flagged += 1
    return flagged


def _waiting(
    reader: Reader, organization_id: int, settings: Settings, now: int, limit: int
) -> list[escalations.WaitingRow]:
    minutes = settings.escalate_after_minutes
    if not minutes or limit <= 0:
        return []
    return escalations.waiting_since(reader, organization_id, now - minutes * MINUTE_MS, limit)


def _write(tx: Tx, organization_id: int, conversation_id: bytes, changes: dict[str, Any]) -> None:
    journal = Journal(tx, organization_id, None)
    add_line(tx, journal, organization_id, conversation_id, line_of(changes), public=False)
    add_updated(journal, conversation_id, public=False)
    journal.close(
        lambda last: write_changes(tx, organization_id, conversation_id, changes, last, public=False)
    )


@lru_cache(maxsize=256)
def _pattern(words: str) -> re.Pattern[str]:
    """Any of the words, in any case: whole ones, where their script has spaces between words."""
    each = (word.strip() for word in words.split(","))
    return re.compile("|".join(map(_whole, filter(None, each))) or r"(?!)", re.IGNORECASE)


def _whole(word: str) -> str:
    escaped = re.escape(word)
    if not word.isascii():
        return escaped
    before = r"(?<!\w)" if word[0].isalnum() else ""
    after = r"(?!\w)" if word[-1].isalnum() else ""
    return f"{before}{escaped}{after}"
