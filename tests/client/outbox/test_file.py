"""The outbox's file while no console runs, as signing out on the command line finds it."""

from pathlib import Path

from deskterm.client.outbox.file import left_in, outbox_file, wipe_file
from deskterm.client.outbox.rows import Row
from deskterm.client.outbox.store import Store


def test_what_is_left_is_counted_and_wiped(tmp_path: Path) -> None:
    path = outbox_file(tmp_path, "https://desk.example.com", "Sarah@designpi.com")
    assert path == outbox_file(tmp_path, "https://desk.example.com", "sarah@designpi.com")
    assert path != outbox_file(tmp_path, "https://desk.example.com", "mike@designpi.com")
    assert left_in(path) == 0
    store = Store(path, "o-1")
    store.put(Row("m1", "c1", "message", "t", "t", '{"body": "a secret"}'))
    store.close()
    assert left_in(path) == 1
    wipe_file(path)
    assert left_in(path) == 0
    assert b"a secret" not in path.read_bytes()


def test_a_damaged_file_holds_nothing(tmp_path: Path) -> None:
    path = outbox_file(tmp_path, "https://desk.example.com", "sarah@designpi.com")
    path.write_bytes(b"no database at all" * 100)
    assert left_in(path) == 0
