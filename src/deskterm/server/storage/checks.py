"""Is the file sound? Run behind readiness, never before it: the time it takes grows with the database."""

from typing import NamedTuple

from deskterm.server.storage.database import Database, Reader, statement

_QUICK_CHECK = "PRAGMA quick_check(20)"
_FOREIGN_KEYS = "PRAGMA foreign_key_check"
_LOGS = statement("""
    SELECT c.organization_id, c.seq, c.log_floor, count(e.seq),
        coalesce(min(e.seq), 0), coalesce(max(e.seq), 0)
    FROM organization_counter c LEFT JOIN event e ON e.organization_id = c.organization_id
    GROUP BY c.organization_id, c.seq, c.log_floor ORDER BY c.organization_id
""")
# `|| ''` keeps it off the index that is to be checked.
_SEVERAL_ACTIVE = statement("""
    SELECT organization_id, count(*) FROM conversation
    WHERE kind = 'support' AND status || '' IN ('open', 'pending', 'snoozed')
        AND merged_into IS NULL
    GROUP BY organization_id, contact_id HAVING count(*) > 1
""")
_AHEAD = statement("""
    SELECT c.organization_id, count(*) FROM conversation c
    JOIN organization_counter o ON o.organization_id = c.organization_id
    WHERE c.rev > o.seq OR c.last_message_seq > o.seq GROUP BY c.organization_id
""")
_COUNTS = statement("""
    SELECT organization_id, sum(difference) FROM (
        SELECT organization_id, assignee_id, status, abs(sum(total)) AS difference FROM (
            SELECT organization_id, coalesce(assignee_id, :nobody) AS assignee_id, status, 1 AS total
            FROM conversation WHERE kind = 'support' AND archived_at IS NULL
            UNION ALL
            SELECT organization_id, assignee_id, status, -total FROM conversation_count
        ) AS both_sides GROUP BY organization_id, assignee_id, status
    ) AS each_count GROUP BY organization_id HAVING sum(difference) > 0
""")
_HANDLED = statement("""
    SELECT organization_id, sum(difference) FROM (
        SELECT organization_id, hour, abs(sum(total)) AS difference FROM (
            SELECT organization_id, coalesce(resolved_at, closed_at) / 3600000 AS hour, 1 AS total
            FROM conversation
            WHERE kind = 'support'
                AND (resolved_at IS NOT NULL OR (closed_by IS NOT NULL AND closed_at IS NOT NULL))
            UNION ALL
            SELECT organization_id, hour, -total FROM conversation_handled
        ) AS both_sides GROUP BY organization_id, hour
    ) AS each_hour GROUP BY organization_id HAVING sum(difference) > 0
""")
_ENDS = statement("""
    SELECT organization_id, count(*) FROM (
        SELECT c.organization_id, c.id FROM conversation c
        LEFT JOIN participant p ON p.organization_id = c.organization_id AND p.conversation_id = c.id
        WHERE c.kind = 'direct' AND c.pair_key IS NOT NULL
        GROUP BY c.organization_id, c.id HAVING count(p.participant_id) <> 2
    ) AS odd GROUP BY organization_id
""")
_ROOMS = statement("""
    SELECT c.organization_id, count(*) FROM conversation c
    LEFT JOIN room r ON r.organization_id = c.organization_id AND r.conversation_id = c.id
    WHERE c.kind = 'group' AND r.conversation_id IS NULL GROUP BY c.organization_id
""")
_NOTIFIED = statement("""
    SELECT n.organization_id, count(*) FROM notification n
    WHERE n.sent <> (SELECT count(r.sent_at) FROM notification_recipient r
            WHERE r.organization_id = n.organization_id AND r.notification_id = n.id)
        OR n.recipients <> (SELECT count(*) FROM notification_recipient r
            WHERE r.organization_id = n.organization_id AND r.notification_id = n.id)
    GROUP BY n.organization_id
""")


class _Line(NamedTuple):
    text: str


class _Reference(NamedTuple):
    table: str
    rowid: int | None
    parent: str
    key: int


class _LogRow(NamedTuple):
    organization_id: int
    seq: int
    log_floor: int
    events: int
    oldest: int
    newest: int


class _Fault(NamedTuple):
    organization_id: int
    size: int


async def find_damage(database: Database) -> list[str]:
    """What is wrong with the file, one line each, empty when it is sound; runs in a reader thread."""
    return await database.read_in_thread(damage_of)


def damage_of(reader: Reader) -> list[str]:
    """What is wrong: pages and indexes, references, the log's gaps, and the rules that rows must keep."""
    return torn_pages(reader) or broken_rules(reader)


def torn_pages(reader: Reader) -> list[str]:
    """What is wrong with pages and indexes; nothing may be written to such a file."""
    if not reader.is_file:
        return []
    return [line.text for line in reader.all(_Line, _QUICK_CHECK) if line.text != "ok"]


def broken_rules(reader: Reader) -> list[str]:
    """What rows say that they must not say, in a file that is whole."""
    missing = reader.all(_Reference, _FOREIGN_KEYS) if reader.is_file else []
    found = [f"{each.table} points to a missing {each.parent}" for each in missing]
    for log in reader.all(_LogRow, _LOGS):
        found += _gaps(log)
    for each in reader.all(_Fault, _SEVERAL_ACTIVE):
        found.append(f"a contact of organization {each.organization_id} has {each.size} active conversations")
    for each in reader.all(_Fault, _AHEAD):
        found.append(f"{each.size} conversations of organization {each.organization_id} are ahead of its log")
    for each in reader.all(_Fault, _ENDS):
        found.append(
            f"{each.size} direct conversations of organization {each.organization_id} do not have two ends"
        )
    for each in reader.all(_Fault, _ROOMS):
        found.append(f"{each.size} rooms of organization {each.organization_id} are not whole")
    for each in reader.all(_Fault, _NOTIFIED):
        found.append(
            f"{each.size} notifications of organization {each.organization_id} miscount whom they reached"
        )
    for each in (*reader.all(_Fault, _COUNTS, nobody=b""), *reader.all(_Fault, _HANDLED)):
        found.append(f"the counts of organization {each.organization_id} are off by {each.size}")
    return found


def _gaps(log: _LogRow) -> list[str]:
    """The log is gapless from its floor to its head."""
    if log.seq == log.log_floor and log.events == 0:
        return []
    if log.newest != log.seq:
        return [f"the log of organization {log.organization_id} ends at {log.newest}, not {log.seq}"]
    if log.oldest != log.log_floor + 1 or log.events != log.seq - log.log_floor:
        return [f"the log of organization {log.organization_id} has gaps"]
    return []
