"""Giving waiting conversations out, in the transaction of whatever made one waiting or somebody free.

The writer is one, so whoever decides sees every load as it is, and no maximum is ever exceeded.
"""

from collections.abc import Iterable
from typing import NamedTuple

from deskterm.server.desk.activity import add_line
from deskterm.server.desk.assignment import THE_DESK, Giver, assign, tell_losers_and_gainers
from deskterm.server.desk.conversations import access_conversation, settings_of
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.routing import MANUAL, Agent, Choice, Waiting, choose, has_room
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.errors import Conflict
from deskterm.server.principal import Principal
from deskterm.server.storage import conversations, members, organizations, queue
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.members import MemberRow
from deskterm.server.storage.organizations import Settings
from deskterm.server.storage.queue import StandingRow

#: How many are given out in one transaction; a job goes on with the rest.
AT_ONCE = 100
MINUTE_MS = 60_000


def is_automatic(settings: Settings) -> bool:
    """Whether the organization has conversations given out at all."""
    return settings.assignment != MANUAL


class Explained(NamedTuple):
    """What routing would do with a conversation."""

    number: int
    mode: str
    choice: Choice


def explain(reader: Reader, principal: Principal, conversation_id: bytes) -> Explained:
    """Who would get the conversation now, and why, with a judgement of every agent. Changes nothing."""
    row = access_conversation(reader, principal, conversation_id)
    found = queue.standing(reader, principal.organization_id, row.id)
    if found is None:
        raise Conflict("Only support conversations are given out.")
    mode = settings_of(row).assignment
    choice = choose(mode, agents_of(reader, principal.organization_id), _waiting(found))
    return Explained(found.number, mode, choice)


def queued(tx: Tx, organization_id: int, settings: Settings, conversation_ids: Iterable[bytes]) -> None:
    """These may have come into the queue: give out what can be, say of the rest why it waits."""
    if not is_automatic(settings):
        return
    give_out(tx, organization_id, settings)
    agents = agents_of(tx, organization_id)
    for each in conversation_ids:
        row = queue.standing(tx, organization_id, each)
        if row is not None and row.status == "open" and row.assignee_name is None and row.written:
            _say(tx, organization_id, row, choose(settings.assignment, agents, _waiting(row)))


def give_out(tx: Tx, organization_id: int, settings: Settings, limit: int = AT_ONCE) -> int:
    """Give what waits to whoever has room, in the queue's order; answers how many got somebody."""
    if not is_automatic(settings):
        return 0
    agents = agents_of(tx, organization_id)
    if not has_room(agents):
        return 0
    given = 0
    for row in queue.waiting(tx, organization_id, limit):
        choice = choose(settings.assignment, agents, _waiting(row))
        if choice.agent is not None:
            seq = _give(tx, organization_id, row, choice.agent, choice.reason)
            taken = choice.agent._replace(load=choice.agent.load + 1, last=seq)
            agents = [taken if each.id == taken.id else each for each in agents]
            given += 1
        elif not has_room(agents):
            break
    return given


def do_give_out(tx: Tx, limit: int) -> int:
    """Give out what waits in all organizations; answers how many."""
    return sum(give_out(tx, each.key, each.parsed, limit) for each in organizations.all_of(tx))


def do_attend(tx: Tx, node: bytes, present: frozenset[tuple[int, bytes]]) -> None:
    """These agents, (organization, member), and no others are there on a node; who came gets what waits."""
    before = queue.present(tx, node)
    for organization_id, member_id in sorted(before - present):
        queue.went(tx, organization_id, member_id, node)
    came = sorted(present - before)
    for organization_id, member_id in came:
        queue.came(tx, organization_id, member_id, node)
    for organization_id in sorted({key for key, _ in came}):
        give_out(tx, organization_id, organizations.settings(tx, organization_id))


def do_return_left_behind(tx: Tx, limit: int) -> int:
    """Take their open conversations back from who has been away too long; answers how many."""
    returned = 0
    for each in organizations.all_of(tx):
        minutes = each.parsed.away_return_minutes
        rows = left_behind(tx, each.key, minutes, tx.now, limit - returned)
        for row in rows:
            why = f"{row.member_name} has been away for {minutes} minutes."
            _hand_over(tx, each.key, row.id, None, "returned", why)
        queued(tx, each.key, each.parsed, [row.id for row in rows])
        returned += len(rows)
    return returned


def hand_back(tx: Tx, by: Giver, organization_id: int, settings: Settings, member: MemberRow) -> None:
    """What a member held who works conversations no more goes back to the queue."""
    held = queue.held_by(tx, organization_id, member.id)
    for each in held:
        why = f"{member.name} no longer works conversations."
        _hand_over(tx, organization_id, each, None, "returned", why, by)
    queued(tx, organization_id, settings, held)


def left_behind(
    reader: Reader, organization_id: int, minutes: int, now: int, limit: int
) -> list[queue.LeftRow]:
    """Open conversations of who has been away for so many minutes (0 = they are never taken back)."""
    if not minutes or limit <= 0:
        return []
    return queue.left_behind(reader, organization_id, now - minutes * MINUTE_MS, limit)


def is_any_left_behind(reader: Reader, now: int) -> bool:
    """Whether `do_return_left_behind` has anything to do."""
    return any(
        left_behind(reader, each.key, each.parsed.away_return_minutes, now, 1)
        for each in organizations.all_of(reader)
    )


def is_any_to_give(reader: Reader) -> bool:
    """Whether `do_give_out` may have anything to do."""
    return any(
        is_automatic(each.parsed)
        and queue.is_any_waiting(reader, each.key)
        and has_room(agents_of(reader, each.key))
        for each in organizations.all_of(reader)
    )


def _give(tx: Tx, organization_id: int, row: StandingRow, agent: Agent, reason: str) -> int:
    seq = _hand_over(tx, organization_id, row.id, agent.id, "auto", reason)
    queue.routed(tx, organization_id, agent.id, seq)
    return seq


def _hand_over(
    tx: Tx,
    organization_id: int,
    conversation_id: bytes,
    member_id: bytes | None,
    reason: str,
    why: str,
    by: Giver = THE_DESK,
) -> int:
    row = conversations.in_organization(tx, organization_id, conversation_id)
    member = None if member_id is None else members.by_id(tx, organization_id, member_id)
    if row is None or (member_id is not None and member is None):
        raise LookupError("what is given out and to whom was read in this transaction")
    journal = Journal(tx, organization_id, by.member_id)
    changes = assign(tx, journal, by, organization_id, row, member, reason=reason, explanation=why)
    add_updated(journal, row.id, public=False)
    tell_losers_and_gainers(tx, journal, by, organization_id, row, member)
    return journal.close(lambda last: write_changes(tx, organization_id, row.id, changes, last, public=False))


def _say(tx: Tx, organization_id: int, row: StandingRow, choice: Choice) -> None:
    """Say in the conversation why it stays in the queue."""
    journal = Journal(tx, organization_id, None)
    add_line(tx, journal, organization_id, row.id, f"Waits in the queue. {choice.reason}", public=False)
    add_updated(journal, row.id, public=False)
    journal.close(lambda last: write_changes(tx, organization_id, row.id, {}, last, public=False))


def agents_of(reader: Reader, organization_id: int) -> list[Agent]:
    return [
        Agent(
            row.id,
            row.name,
            row.role,
            enabled=bool(row.enabled),
            present=bool(row.present),
            away=bool(row.away),
            load=row.load,
            maximum=row.maximum,
            last=row.last,
        )
        for row in queue.agents(reader, organization_id)
    ]


def _waiting(row: StandingRow) -> Waiting:
    return Waiting(row.status, row.assignee_name, bool(row.written), row.given_back_by)
