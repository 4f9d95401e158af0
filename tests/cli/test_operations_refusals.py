"""What backups and archives must never write over, and hostile archives, which stay outside."""

import contextlib
import http.client
import json
import os
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deskterm.protocol.ids import IdSource
from tests.cli.processes import call, deskterm, serving, sign_in

DANA, ADMIN = "hello@designpi.com", "admin123"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's folder with the demo in it; the server has ended."""
    folder = tmp_path_factory.mktemp("served") / "data"
    with serving("--data", folder, "--demo") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    return folder


@pytest.fixture(scope="module")
def archive(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of a good archive."""
    file = tmp_path_factory.mktemp("exported") / "archive"
    assert deskterm("export", "designpi", file, "--data", data).returncode == 0
    return file.read_text().splitlines()


def test_nothing_is_written_over_a_servers_own_files(tmp_path: Path) -> None:
    data, linked = tmp_path / "data", tmp_path / "linked"
    with serving("--data", data, "--demo") as (process, url):
        os.symlink(data, linked)
        token = sign_in(url, DANA, ADMIN)
        for folder in (data, linked, data / ".." / "data"):
            for name in (
                "deskterm.db",
                "deskterm.db-wal",
                "deskterm.db-shm",
                "deskterm.db.lock",
                "control.sock",
            ):
                for words in (("backup", folder / name), ("export", "designpi", folder / name)):
                    done = deskterm(*words, "--data", data)
                    assert done.returncode == 9, (words, done.stdout, done.stderr)
                    assert "Traceback" not in done.stderr
        identity = {"id": IdSource().new(), "body": "still stored"}
        first = call(url, "/conversations?number=1", token=token)["items"][0]["id"]
        call(url, f"/conversations/{first}/messages", identity, token)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    with serving("--data", data) as (_, url):
        found = call(url, f"/messages/{identity['id']}", token=sign_in(url, DANA, ADMIN))
    assert found["body"] == "still stored"


@pytest.mark.parametrize("name", ["notes.txt", "folder", "/", "/dev/null", ".."])
def test_what_is_no_backup_and_no_archive_stays_as_it_is(data: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("not to be lost")
    (tmp_path / "folder").mkdir()
    for words in (("backup", tmp_path / name), ("export", "designpi", tmp_path / name)):
        done = deskterm(*words, "--data", data)
        assert done.returncode == 9, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
    assert (tmp_path / "notes.txt").read_text() == "not to be lost"
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_an_older_backup_and_an_older_archive_may_be_replaced(data: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert deskterm("backup", tmp_path / "kept", "--data", data).returncode == 0
        assert deskterm("export", "designpi", tmp_path / "archive", "--data", data).returncode == 0


def asked(door: Path, body: str) -> bytes:
    """What the operators' door answers to a request for a backup."""
    connection = http.client.HTTPConnection("operators")
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.connect(str(door))
    with contextlib.closing(connection):
        connection.request("POST", "/backup", body, {"Content-Type": "application/json"})
        return connection.getresponse().read()


def test_a_server_that_may_not_write_there_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving("--data", data, "--demo"):
        for body in ("{}", "[", '{"target": 5}', json.dumps({"target": "/proc/nobody/one.backup"})):
            assert json.loads(asked(data / "control.sock", body))["detail"]


def test_the_operators_door_is_closed_to_others_from_the_first_moment(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o777)
    before = os.umask(0)
    try:
        data.chmod(0o777)
        with serving("--data", data, "--demo"):
            modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in data.iterdir()}
    finally:
        os.umask(before)
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def changed(lines: list[str], table: str, **values: Any) -> Iterator[str]:
    """The archive with other values in the first row of a table."""
    waiting = True
    for line in lines:
        entry = json.loads(line)
        if waiting and entry.get("table") == table:
            entry["row"].update(values)
            waiting = False
        yield json.dumps(entry)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("message", {"body": [1]}),
        ("message", {"body": {"a": 1}}),
        ("message", {"body": "\ud800"}),
        ("message", {"body": "a\x00b"}),
        ("message", {"seq": 10**30}),
        ("message", {"seq": True}),
        ("message", {"id": "ab"}),
        ("message", {"style": "[["}),
        ("conversation", {"tags": "{}"}),
        ("organization", {"settings": "not json"}),
        ("organization", {"settings": '{"voice": "loud"}'}),
        ("organization", {"settings": '{"send_hold_seconds": "soon"}'}),
        ("organization", {"slug": "\x1b]0;evil\x07"}),
    ],
)
def test_rows_that_would_break_a_server_later_stay_outside(
    archive: list[str], tmp_path: Path, table: str, values: dict[str, Any]
) -> None:
    (tmp_path / "archive").write_text("\n".join(changed(archive, table, **values)))
    done = deskterm("import", tmp_path / "archive", "--data", tmp_path / "other")
    assert done.returncode == 5, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xff\xfe\xfa", id="bytes"),
        pytest.param(b"[" * 100_000, id="lists"),
        pytest.param(b'{"deskterm": ' * 50_000, id="objects"),
        pytest.param(b"\x00" * 1000, id="zeros"),
    ],
)
def test_what_is_no_archive_at_all_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "archive").write_bytes(content)
    done = deskterm("import", tmp_path / "archive", "--data", tmp_path / "other")
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1


def test_a_database_in_use_is_no_backup(tmp_path: Path) -> None:
    """Its last changes lie in the log beside it: a copy of the file alone would lose them."""
    data = tmp_path / "data"
    with serving("--data", data, "--demo"):
        done = deskterm("restore", data / "deskterm.db", "--data", tmp_path / "other")
    assert done.returncode == 5
    assert "deskterm backup" in done.stderr
    assert not (tmp_path / "other" / "deskterm.db").exists()


def test_doctor_takes_links_that_lead_nowhere(data: Path) -> None:
    nowhere, gone = data / "deskterm.db-old", data / "backups" / "deskterm-0.backup"
    gone.parent.mkdir(exist_ok=True)
    for each in (nowhere, gone):
        os.symlink("/nowhere/at/all", each)
    try:
        done = deskterm("doctor", "--data", data)
    finally:
        nowhere.unlink()
        gone.unlink()
    assert "Traceback" not in done.stderr
    assert f"{nowhere} is a link that leads nowhere" in done.stdout
