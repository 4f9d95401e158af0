"""The filter language judged on a conversation that is here; what stands in texts the server alone finds.

The same rules as the server's SQL (`server/desk/filtering.py`); a test compares both.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from deskterm.protocol.query import MOMENTS, Query, Term, bounds
from deskterm.protocol.records import Conversation, Priority

_Judge = Callable[[Term, Conversation, str | None], bool]

_COLUMNS: Final = {
    "waiting": "waiting_since",
    "created": "created_at",
    "updated": "updated_at",
    "snoozed": "snoozed_until",
}


def matches(query: Query, conversation: Conversation, member_id: str | None, now: datetime | None) -> bool:
    """Whether all that is asked of fields holds for the reader `member_id`; ages not without `now`."""
    return all(
        _holds(term, conversation, member_id, now) != term.negated for term in query.terms if term.field
    )


def _holds(term: Term, conversation: Conversation, member_id: str | None, now: datetime | None) -> bool:
    if term.field in MOMENTS:
        if now is None:
            return not term.negated
        at: datetime | None = getattr(conversation, _COLUMNS[term.field])
        since, before = bounds(term, now)
        return at is not None and (since is None or at >= since) and (before is None or at < before)
    return _JUDGED[term.field](term, conversation, member_id)


def _has_priority(term: Term, conversation: Conversation, member_id: str | None) -> bool:
    rank, asked = conversation.priority.rank, [Priority(each).rank for each in term.values]
    match term.operator:
        case ">":
            return rank > asked[0]
        case ">=":
            return rank >= asked[0]
        case "<":
            return rank < asked[0]
        case "<=":
            return rank <= asked[0]
        case _:
            return rank in asked


def _is_assigned(term: Term, conversation: Conversation, member_id: str | None) -> bool:
    who = conversation.assignee
    if who is None:
        return "none" in term.values
    return ("me" in term.values and who.id == member_id) or _is_one_of(term, who.id, who.name)


def _is_voiced(term: Term, conversation: Conversation, member_id: str | None) -> bool:
    voice = conversation.persona
    return voice is not None and _is_one_of(term, voice.id, voice.name)


def _is_of_contact(term: Term, conversation: Conversation, member_id: str | None) -> bool:
    contact = conversation.contact
    if contact is None:
        return False
    said = [each.casefold() for each in (contact.name, contact.email) if each]
    return any(
        value.lower() == contact.id or any(value.casefold() in each for each in said) for value in term.values
    )


def _is_of_company(term: Term, conversation: Conversation, member_id: str | None) -> bool:
    company = conversation.contact.company if conversation.contact else None
    return company is not None and any(each.casefold() in company.casefold() for each in term.values)


def _is_one_of(term: Term, identifier: str, name: str) -> bool:
    """By the id, the name, or a word of the name."""
    folded = name.casefold()
    called = {folded, *folded.split()}
    return any(each.lower() == identifier or each.casefold() in called for each in term.values)


def _word_of(name: str) -> _Judge:
    return lambda term, conversation, member_id: getattr(conversation, name) in term.values


_JUDGED: Final[dict[str, _Judge]] = {
    "status": _word_of("status"),
    "source": _word_of("source"),
    "kind": _word_of("kind"),
    "priority": _has_priority,
    "assignee": _is_assigned,
    "persona": _is_voiced,
    "contact": _is_of_contact,
    "company": _is_of_company,
    "tag": lambda term, conversation, member_id: not set(conversation.tags).isdisjoint(term.values),
    "number": lambda term, conversation, member_id: str(conversation.number) in term.values,
    "escalated": lambda term, conversation, member_id: conversation.escalated == ("yes" in term.values),
    "unread": lambda term, conversation, member_id: (conversation.unread > 0) == ("yes" in term.values),
}
