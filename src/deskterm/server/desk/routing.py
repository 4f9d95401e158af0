"""Who gets a waiting conversation, decided from facts alone, with the reason in words.

Eligible are agents who are there (a live socket and not away), enabled, allowed to reply and below their
maximum, and who have not just given this conversation back. Admins need a maximum for it: who sorts for
everybody would otherwise end up with all that others have no room for. `balanced` takes the least busy of
them in relation to their maximum (without one, to the usual one), `round_robin` whoever has gone longest
without one.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from deskterm.protocol.records import Role, Status

MANUAL: Final = "manual"
BALANCED: Final = "balanced"


class Agent(NamedTuple):
    """What decides whether an agent gets a conversation.

    `load` counts the open conversations they have, `maximum` bounds it (None = nothing does), `last` is the
    log position at which one was last given to them automatically (0 = never).
    """

    id: bytes
    name: str
    role: str
    enabled: bool
    present: bool
    away: bool
    load: int
    maximum: int | None
    last: int


class Waiting(NamedTuple):
    """A conversation that may be given out. `written`: its contact has; `given_back_by`: who had it last."""

    status: str
    assignee: str | None
    written: bool
    given_back_by: bytes | None


class Judgement(NamedTuple):
    """Whether an agent could take the conversation, and why or why not."""

    agent: Agent
    eligible: bool
    words: str


class Choice(NamedTuple):
    """Who gets it (None = nobody: it stays in the queue), and why."""

    agent: Agent | None
    reason: str
    judgements: tuple[Judgement, ...]


def choose(mode: str, agents: Sequence[Agent], waiting: Waiting) -> Choice:
    """The agent for a waiting conversation by the organization's setting `assignment`."""
    judgements = tuple(_judge(agent, waiting) for agent in agents)
    eligible = [each.agent for each in judgements if each.eligible]
    why_not = _not_given_out(mode, waiting)
    if why_not is not None:
        return Choice(None, why_not, judgements)
    if not eligible:
        return Choice(None, _nobody(judgements), judgements)
    if mode == BALANCED:
        usual = _usual_maximum(agents)
        best = min(eligible, key=lambda each: (each.load / (each.maximum or usual), each.last, each.id))
        return Choice(best, f"Least busy of {len(eligible)} who could take it: {_load(best)}.", judgements)
    best = min(eligible, key=lambda each: (each.last, each.id))
    return Choice(best, f"Next in turn of {len(eligible)} who could take it: {_load(best)}.", judgements)


def _usual_maximum(agents: Sequence[Agent]) -> float:
    """What somebody without a maximum counts as having: the average of the others', whoever is there."""
    known = [each.maximum for each in agents if each.enabled and each.maximum]
    return sum(known) / len(known) if known else 1.0


def has_room(agents: Sequence[Agent]) -> bool:
    """Whether anybody could take a conversation at all."""
    return any(_obstacle(agent) is None for agent in agents)


def _not_given_out(mode: str, waiting: Waiting) -> str | None:
    if waiting.assignee is not None:
        return f"{waiting.assignee} has it already."
    if waiting.status != Status.OPEN:
        return f"It is {waiting.status}: only open conversations are given out."
    if not waiting.written:
        return "Its contact has not written yet."
    if mode == MANUAL:
        return "Nobody gets it automatically: assignment is manual."
    return None


def _judge(agent: Agent, waiting: Waiting) -> Judgement:
    obstacle = _obstacle(agent)
    if obstacle is None and agent.id == waiting.given_back_by:
        obstacle = "gave it back"
    return Judgement(agent, obstacle is None, obstacle or f"could take it, {_load(agent)}")


def _obstacle(agent: Agent) -> str | None:
    if agent.role == Role.CUSTOMER:
        return "may not reply"
    if not agent.enabled:
        return "is disabled"
    if not agent.present:
        return "is offline"
    if agent.away:
        return "is away"
    if agent.role == Role.ADMIN and agent.maximum is None:
        return "is an admin without a maximum"
    if agent.maximum is not None and agent.load >= agent.maximum:
        return f"has reached the maximum, {_load(agent)}"
    return None


def _load(agent: Agent) -> str:
    return f"{agent.load} open" if agent.maximum is None else f"{agent.load} of {agent.maximum} open"


def _nobody(judgements: Sequence[Judgement]) -> str:
    """Why nobody could take it; those who are not there are only counted."""
    near = [f"{each.agent.name} {each.words}" for each in judgements if each.agent.present][:5]
    if not near:
        return "Nobody is online."
    return f"Nobody could take it: {'; '.join(near)}."
