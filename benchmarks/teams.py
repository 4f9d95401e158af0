"""A desk whose staff have sessions and conversations of their own, for loads by people who see a part."""

import time
from pathlib import Path
from typing import NamedTuple

import apsw

from benchmarks.desk_rows import DeskRows, make_desk
from deskterm.protocol.ids import IdSource, to_text
from deskterm.server.config import DATABASE_NAME
from deskterm.server.sessions import token_hash

STAFF, EACH = 10, 10
_DAY = 24 * 3600 * 1000


class Team(NamedTuple):
    """Ten of the staff with ten conversations each, and one more, the bystander, with one."""

    desk: DeskRows
    tokens: list[list[str]]  # of each of the ten
    targets: list[list[str]]  # where to write so that each of the ten is told
    bystander: str
    bystanders_target: str


def make_team(data: Path, sessions: int) -> Team:
    """`sessions` in all, evenly among the ten."""
    desk = make_desk(data, 4_000)
    connection = apsw.Connection(str(data / DATABASE_NAME))
    connection.execute("BEGIN")
    rows = connection.execute("SELECT id FROM member WHERE role = 'staff' ORDER BY id LIMIT ?", (STAFF + 1,))
    staff = [row[0] for row in rows]
    places = [bytes.fromhex(each.replace("-", "")) for each in desk.conversations[: STAFF * EACH + 1]]
    for at, place in enumerate(places):
        connection.execute(
            "UPDATE conversation SET assignee_id = ? WHERE organization_id = 1 AND id = ?",
            (staff[at // EACH], place),
        )
    tokens = [
        [_session(connection, member, f"{at}x{number}") for number in range(max(1, sessions // STAFF))]
        for at, member in enumerate(staff)
    ]
    connection.execute("COMMIT")
    connection.close()
    paths = [f"/api/v1/conversations/{to_text(each)}/messages" for each in places]
    targets = [paths[at * EACH : (at + 1) * EACH] for at in range(STAFF)]
    return Team(desk, tokens[:STAFF], targets, tokens[STAFF][0], paths[-1])


def _session(connection: apsw.Connection, member: bytes, name: str) -> str:
    token, now = f"dk_s_team{name}", time.time_ns() // 1_000_000
    connection.execute(
        "INSERT INTO session (organization_id, id, token_hash, user_id, member_id, created_at, last_used_at,"
        " expires_at) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
        (IdSource().new_bytes(), token_hash(token), member, member, now, now, now + _DAY),
    )
    return token
