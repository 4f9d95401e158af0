"""Spreading chosen conversations over the agents who are there, by open load and never over a maximum.

Who gets each is decided by the one function of routing, one after the other as if each were taken back and
given out again: so nobody is ever above a maximum, and balancing what is balanced changes nothing.
"""

from typing import NamedTuple

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import Kind, Status
from deskterm.protocol.wire.requests import PatchConversation
from deskterm.server.desk.changes import Plan, apply, plan
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.queue import agents_of
from deskterm.server.desk.routing import BALANCED, Agent, Waiting, choose
from deskterm.server.errors import NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Tx


class Given(NamedTuple):
    """A conversation and who gets it, with the reason in words."""

    id: str
    member: Agent
    reason: str


class Left(NamedTuple):
    """A conversation that stays where it is, and why."""

    id: str
    reason: str


class Balance(NamedTuple):
    """What becomes of each conversation, in the order given; `denied` are the missing and the invisible."""

    given: list[Given]
    unchanged: list[str]
    left: list[Left]
    denied: list[str]


def do_balance(tx: Tx, principal: Principal, ids: list[str], *, dry_run: bool) -> Balance:
    """Give each of `ids` to the least busy agent who could take it; a dry run reports the same."""
    balance = Balance([], [], [], [])
    chosen = _chosen(tx, principal, ids, balance)
    agents = agents_of(tx, principal.organization_id)
    plans: list[tuple[ConversationRow, Plan, str]] = []
    for row in chosen:
        agents, given = _give(agents, row, balance)
        if given is not None:
            patch = PatchConversation(assignee_id=to_text(given.member.id))
            plans.append((row, plan(tx, principal, row, patch, tx.now), given.reason))
    for row, decided, why in () if dry_run else plans:
        apply(tx, principal, row, decided, reason="bulk", explanation=why)
    return balance


def _chosen(tx: Tx, principal: Principal, ids: list[str], balance: Balance) -> list[ConversationRow]:
    """Those that may be given out, who waits longest first."""
    found = []
    for each in dict.fromkeys(ids):
        try:
            row = access_conversation(tx, principal, to_bytes(each))
        except NotFound:
            balance.denied.append(each)
            continue
        if row.kind != Kind.SUPPORT:
            balance.left.append(Left(each, "Only support conversations are given out."))
        elif row.status != Status.OPEN:
            balance.left.append(Left(each, f"It is {row.status}: only open conversations are given out."))
        else:
            found.append(row)
    return sorted(found, key=lambda row: (row.waiting_since is None, row.waiting_since or 0, row.number))


def _busier(agents: list[Agent], member_id: bytes | None, by: int) -> list[Agent]:
    return [each._replace(load=each.load + by) if each.id == member_id else each for each in agents]


def _give(agents: list[Agent], row: ConversationRow, balance: Balance) -> tuple[list[Agent], Given | None]:
    """The agents as busy as they are after it, and who gets it; None if it stays where it is."""
    here = to_text(row.id)
    agents = _busier(agents, row.assignee_id, -1)
    choice = choose(BALANCED, agents, Waiting(row.status, None, written=True, given_back_by=None))
    taker = choice.agent.id if choice.agent else row.assignee_id
    agents = _busier(agents, taker, 1)
    if choice.agent is None:
        balance.left.append(Left(here, choice.reason))
        return agents, None
    if taker == row.assignee_id:
        balance.unchanged.append(here)
        return agents, None
    balance.given.append(Given(here, choice.agent, choice.reason))
    return agents, balance.given[-1]
