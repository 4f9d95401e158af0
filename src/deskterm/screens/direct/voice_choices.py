"""The rows of the persona picker. Pure."""

from collections.abc import Iterable

from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Kind, Me, Persona, Presence
from deskterm.screens.inbox.rights import is_admin
from deskterm.text.words import trn
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.views import PRESENCE_MARKS


def speakable(me: Me, replica: Replica) -> list[Persona]:
    """The personas that somebody may speak as: admins any, staff those they operate."""
    every = replica.roster.personas.values() if is_admin(me) else replica.roster.operated_by(me.member_id)
    return sorted(every, key=lambda each: each.name.casefold())


def voice_choices(personas: Iterable[Persona], replica: Replica) -> list[Choice]:
    """Each persona with who else speaks as it, whether one of them is there, and how many wait for it."""
    return [Choice(each.id, each.name, _detail(each, replica), _mark(each, replica)) for each in personas]


def _detail(persona: Persona, replica: Replica) -> str:
    threads = [each for each in replica.conversations() if _is_with(each, persona)]
    waiting = sum(1 for each in threads if each.waiting_since is not None)
    shared = len(persona.operator_ids)
    parts = [
        persona.title,
        trn("{count} speaks as it", "{count} speak as it", shared) if shared > 1 else "",
        _of_threads(waiting, len(threads)),
    ]
    return " · ".join(each for each in parts if each)


def _of_threads(waiting: int, every: int) -> str:
    if waiting:
        return trn("{count} waiting", "{count} waiting", waiting)
    return trn("{count} direct", "{count} direct", every) if every else ""


def _is_with(conversation: Conversation, persona: Persona) -> bool:
    held = conversation.persona
    return conversation.kind is Kind.DIRECT and held is not None and held.id == persona.id


def _mark(persona: Persona, replica: Replica) -> tuple[str, str]:
    """Whether anybody is there who speaks as it; `◆` where that is not known."""
    presences = {replica.roster.presence(each) for each in persona.operator_ids}
    if not presences:
        return ("◆", "$author-persona")
    best = next(each for each in Presence if each in presences)
    mark = PRESENCE_MARKS[best]
    return mark if isinstance(mark, tuple) else (mark, "")
