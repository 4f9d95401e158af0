"""The outbox's file: durable, private, shared by several consoles of one person."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from deskterm.client.answers import ConversationPatch
from deskterm.client.outbox.rows import Row, Unreadable, item_of, row_of
from deskterm.client.outbox.store import Newer, Store
from deskterm.client.replica.outgoing import Pending, PendingChange, SendState
from deskterm.protocol.records import Visibility
from tests.client.samples import START, number

ORGANIZATION = "o-1"

#: Another console: puts a command, says so, and lives until it is killed or its input ends.
OTHER = """
import sys
from pathlib import Path
from deskterm.client.outbox.rows import Row
from deskterm.client.outbox.store import Store
store = Store(Path(sys.argv[1]), "o-1")
store.put(Row(sys.argv[2], sys.argv[3], "message", "t", "t", "{}"))
print("there", flush=True)
sys.stdin.read()
store.close()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox" / "account.db"


def message(key: str = "m1", conversation: str = "c1") -> Row:
    return Row(key, conversation, "message", START.isoformat(), START.isoformat(), '{"body": "hello"}')


def other(path: Path, key: str = "theirs", conversation: str = "c1") -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path), key, conversation],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "there\n"
    return process


def ids(rows: list[Row]) -> list[str]:
    return [each.id for each in rows]


def test_what_is_put_is_found_by_the_next_console_in_its_order(path: Path) -> None:
    store = Store(path, ORGANIZATION)
    for key in ("b", "a", "c"):
        assert not store.put(message(key))
    assert store.adopt() == []
    store.close()
    again = Store(path, ORGANIZATION)
    assert ids(again.adopt()) == ["b", "a", "c"]
    again.close()


def test_a_command_is_written_as_it_was_meant() -> None:
    reply = Pending("m", number(1), "Hello\n👋 \x1b[31m", START, Visibility.INTERNAL, seen_seq=7)
    found = item_of(row_of(reply, START))
    assert found == Pending(
        "m",
        number(1),
        reply.body,
        START,
        Visibility.INTERNAL,
        seen_seq=7,
        state=SendState.WAITING,
        kept=True,
    )
    patch: ConversationPatch = {"status": "snoozed", "snoozed_until": START}
    change = item_of(row_of(PendingChange("k", number(1), patch, START), START))
    assert isinstance(change, PendingChange)
    assert list(change.patch.items()) == [("status", "snoozed"), ("snoozed_until", START)]
    with pytest.raises(Unreadable):
        item_of(Row("m", number(1), "message", "?", "?", "[]"))


def test_only_the_owner_may_read_it(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o755)
    path.touch(mode=0o644)
    store = Store(path, ORGANIZATION)
    store.put(message())
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    store.close()


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        Store(path, ORGANIZATION)


def test_a_living_console_keeps_what_is_its_own_and_goes_first(path: Path) -> None:
    with other(path) as process:
        store = Store(path, ORGANIZATION)
        assert store.adopt() == []
        assert store.put(message("mine", "c1"))
        assert not store.put(message("elsewhere", "c2"))
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        assert ids(store.adopt()) == ["theirs"]
        assert not store.behind("mine")
        store.close()


def test_what_a_killed_console_has_left_is_taken_over_by_exactly_one(path: Path) -> None:
    with other(path) as process:
        first, second = Store(path, ORGANIZATION), Store(path, ORGANIZATION)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        found = [ids(each.adopt()) for each in (first, second, first)]
        assert found == [["theirs"], [], []]
        first.close()
        second.close()
    assert [each.name for each in path.parent.iterdir() if each.suffix == ".alive"] == []


def test_a_refusal_is_kept_until_it_is_sent_again(path: Path) -> None:
    store = Store(path, ORGANIZATION)
    store.put(message())
    store.refused("m1", "A colleague has answered.", "stale")
    store.close()
    again = Store(path, ORGANIZATION)
    [row] = again.adopt()
    assert (row.reason, row.code) == ("A colleague has answered.", "stale")
    again.put(message())
    again.close()
    last = Store(path, ORGANIZATION)
    [row] = last.adopt()
    assert (row.reason, row.code) == (None, None)
    last.remove("m1")
    last.close()


def test_organizations_do_not_meet_and_signing_out_of_one_wipes_its_own(path: Path) -> None:
    """They are accounts of their own: what waits in the other was not asked about."""
    here, there = Store(path, ORGANIZATION), Store(path, "o-2")
    there.put(Row("m2", "c9", "message", "t", "t", '{"body": "still to be sent"}'))
    there.close()
    here.put(Row("m1", "c1", "message", "t", "t", '{"body": "a secret nobody should find"}'))
    assert here.adopt() == []
    here.wipe()
    here.close()
    assert b"secret" not in path.read_bytes()
    again = Store(path, "o-2")
    assert [row.id for row in again.adopt()] == ["m2"]
    again.wipe()
    again.close()
    assert b"still to be sent" not in path.read_bytes()


def test_a_file_of_a_newer_deskterm_is_left_alone(path: Path) -> None:
    Store(path, ORGANIZATION).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(Newer):
        Store(path, ORGANIZATION)
