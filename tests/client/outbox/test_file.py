"""The outbox's file while no console runs, as signing out on the command line finds it."""

from pathlib import Path

from deskterm.client.outbox.file import left_in, outbox_file, wipe_file
from deskterm.client.outbox.rows import Row
from deskterm.client.outbox.store import Store


def test_what_is_left_is_counted_and_wiped(tmp_path: Path) -> None:
    path = outbox_file(tmp_path, "https://desk.example.com", "Sarah@designpi.com")
    assert path == outbox_file(tmp_path, "https://desk.example.com", "sarah@designpi.com")
    assert path != outbox_file(tmp_path, "https://desk.example.com", "mike@designpi.com")
    assert left_in(path, "north") == 0
    for name, body in (("north", "a secret"), ("south", "still to be sent")):
        store = Store(path, name)
        store.put(Row(f"m-{name}", "c1", "message", "t", "t", f'{{"body": "{body}"}}'))
        store.close()
    assert left_in(path, "north") == 1
    wipe_file(path, "north")
    assert (left_in(path, "north"), left_in(path, "south")) == (0, 1)
    assert b"a secret" not in path.read_bytes()


def test_a_damaged_file_holds_nothing(tmp_path: Path) -> None:
    path = outbox_file(tmp_path, "https://desk.example.com", "sarah@designpi.com")
    path.write_bytes(b"no database at all" * 100)
    assert left_in(path, "north") == 0
