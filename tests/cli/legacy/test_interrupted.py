"""An import that is killed goes on where it was; one that is taken back leaves what people have added."""

import os
import shutil
from pathlib import Path

import apsw
import pytest

from deskterm.protocol.ids import IdSource
from tests.cli.legacy.old_chat import OLD, imports, is_sound, rows, said, undo, write
from tests.cli.processes import call, serving, sign_in

ADMIN = ("hello@designpi.com", "admin123")
IDS = IdSource()
#: Enough for several transactions.
MANY = {**OLD, "chat_messages": [said(number, 7, 7, f"Message {number}") for number in range(1, 900)]}
#: What stands in rows about the time of the import itself.
_NOW = ("joined_at", "created_at", "updated_at", "disabled_at", "retired_at")


def what_there_is(data: Path) -> dict[str, list[object]]:
    """All rows without the times at which the import ran, and the runs' ids."""
    found = rows(data)
    for row in (
        row for table in ("member", "user_account", "persona", "participant") for row in found[table]
    ):
        for name in _NOW:
            row.pop(name, None)
    for row in found["conversation"]:
        if row["subject"] == "Main Community":  # was told who has come
            del row["updated_at"], row["public_updated_at"]
    for row in found["import_item"]:
        row.pop("run_id")
    return {name: list(each) for name, each in found.items() if name != "contact"}


@pytest.mark.parametrize("point", ["after-insert", "after-commit"])
def test_killed_in_the_middle_it_goes_on_and_is_whole(point: str, data: Path, tmp_path: Path) -> None:
    old, whole = write(tmp_path / "old", MANY), tmp_path / "whole"
    shutil.copytree(data, whole / "data")
    assert imports(whole / "data", old, "--keep-groups").returncode == 0
    for passes in (1, 2, 3, 2, 4):
        env = {**os.environ, "DESKTERM_TEST": "1", "DESKTERM_FAILPOINT": f"{point}:{passes}"}
        assert imports(data, old, "--keep-groups", env=env).returncode == 137
    done = imports(data, old, "--keep-groups")
    assert "It had been interrupted and is whole now." in done.stdout
    assert what_there_is(data) == what_there_is(whole / "data")
    assert len(list((data / "backups").iterdir())) == 1 + (
        point == "after-insert"
    )  # killed before the run was known
    assert is_sound(data)


def test_an_interrupted_import_wants_its_own_options(data: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "old", MANY)
    env = {**os.environ, "DESKTERM_TEST": "1", "DESKTERM_FAILPOINT": "after-commit:4"}
    assert imports(data, old, env=env).returncode == 137
    done = imports(data, old, "--keep-groups")
    assert done.returncode == 9
    assert "--undo 1" in done.stderr
    assert undo(data, 1).returncode == 0
    assert imports(data, old, "--keep-groups").returncode == 0
    assert is_sound(data)


def test_an_interrupted_import_sees_what_has_changed_over_there(data: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "old", MANY)
    env = {**os.environ, "DESKTERM_TEST": "1", "DESKTERM_FAILPOINT": "after-commit:8"}
    assert imports(data, old, env=env).returncode == 137
    earlier = [said(5000, 8, 8, "Vera, first of all", "2020-01-01"), *MANY["chat_messages"]]
    assert imports(data, write(old, {**MANY, "chat_messages": earlier})).returncode == 0
    bodies = [each["body"] for each in rows(data)["message"]]
    assert len({each for each in bodies if each.startswith("Message ")}) == 899
    assert bodies.count("Vera, first of all") == 1


def test_undo_takes_exactly_that_import_back(data: Path, tmp_path: Path) -> None:
    before = rows(data)
    assert imports(data, write(tmp_path / "old"), "--keep-groups").returncode == 0
    middle = rows(data)
    more = {**OLD, "chat_messages": [*OLD["chat_messages"], said(200, 8, 8, "More", "2022-03-01")]}
    assert imports(data, write(tmp_path / "old", more), "--keep-groups").returncode == 0
    done = undo(data, 2)
    assert "       1  messages" in done.stdout
    after = rows(data)
    for row in (row for found in (middle, after) for row in found["conversation"]):
        for name in ("rev", "public_rev", "updated_at", "public_updated_at"):
            row.pop(name)
    assert after == middle
    assert undo(data, 1).returncode == 0
    assert without_revs(rows(data)) == without_revs(before)
    assert is_sound(data)
    assert undo(data, 1).returncode == 9
    assert undo(data, 7).returncode == 3


def without_revs(found: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """Rows whose numbers in the log do not matter: rooms for everyone have told of those who came."""
    for row in found["conversation"]:
        for name in ("rev", "public_rev", "updated_at", "public_updated_at"):
            row.pop(name, None)
    return {name: each for name, each in found.items() if name != "import_item"}


def test_undo_keeps_what_people_have_added_and_says_so(data: Path, tmp_path: Path) -> None:
    assert imports(data, write(tmp_path / "old")).returncode == 0
    with serving("--data", data) as (_, url):
        token = sign_in(url, *ADMIN)
        listed = call(url, "/conversations?status=open", token=token)["items"]
        vera = next(each for each in listed if each["contact"]["name"] == "Vera")
        note = {"id": IDS.new(), "body": "Called her", "visibility": "internal"}
        call(url, f"/conversations/{vera['id']}/messages", note, token)
    done = undo(data, 1)
    assert done.returncode == 0
    assert f"since: #{vera['number']}." in done.stdout
    bodies = [each["body"] for each in rows(data)["message"]]
    assert {"Vera asks", "Called her"} <= set(bodies)
    assert "Uwe asks" not in bodies
    names = {each["name"] for each in rows(data)["contact"]}
    assert "Vera" in names
    assert "Uwe" not in names
    assert is_sound(data)
    again = imports(data, tmp_path / "old")  # what stayed is not made a second time
    assert again.returncode == 0
    assert [each["body"] for each in rows(data)["message"]].count("Vera asks") == 1
    assert is_sound(data)


def test_consoles_load_everything_anew_after_an_undo(data: Path, tmp_path: Path) -> None:
    assert imports(data, write(tmp_path / "old")).returncode == 0
    with serving("--data", data) as (_, url):
        cursor = call(url, "/sync/snapshot", token=sign_in(url, *ADMIN))["cursor"]
    assert undo(data, 1).returncode == 0
    with serving("--data", data) as (_, url):
        assert call(url, "/sync/snapshot", token=sign_in(url, *ADMIN))["cursor"] != cursor


def words_of(data: Path, word: str) -> int:
    connection = apsw.Connection(str(data / "deskterm.db"))
    try:
        found = connection.execute("SELECT rowid FROM search WHERE search MATCH ?", (word,)).fetchall()
        return len(found)
    finally:
        connection.close()


def test_nothing_that_was_taken_back_is_found_by_its_words(data: Path, tmp_path: Path) -> None:
    assert imports(data, write(tmp_path / "old")).returncode == 0
    with serving("--data", data) as (_, url):
        token = sign_in(url, *ADMIN)
        while not call(url, "/conversations?q=vera+asks", token=token)["items"]:
            pass  # search follows what is stored in a moment
    assert words_of(data, "asks") > 0
    assert undo(data, 1).returncode == 0
    assert words_of(data, "asks") == 0
