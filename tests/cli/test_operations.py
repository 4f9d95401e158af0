"""`deskterm backup`, `restore`, `export`, `import`, and what `doctor` says of a server's data."""

import json
import signal
import stat
import subprocess
import threading
from pathlib import Path

import apsw
import pytest
from websockets.sync.client import connect

from deskterm.cli.main import run
from deskterm.protocol.ids import IdSource
from tests.cli.processes import call, deskterm, serving, sign_in

DANA, ADMIN = "hello@designpi.com", "admin123"
IDS = IdSource()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A server's folder with the demo in it; the server has ended."""
    folder = tmp_path / "data"
    with serving("--data", folder, "--demo") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    return folder


def conversation(url: str, token: str) -> str:
    return str(call(url, "/conversations?number=1", token=token)["items"][0]["id"])


def bodies(url: str, token: str) -> list[str]:
    found = call(url, f"/conversations/{conversation(url, token)}/messages?limit=200", token=token)
    return [each["body"] for each in found["items"]]


def say(url: str, token: str, body: str) -> None:
    call(url, f"/conversations/{conversation(url, token)}/messages", {"id": IDS.new(), "body": body}, token)


def resumes(url: str, token: str, cursor: str) -> str:
    """What the live stream answers to a cursor."""
    address = url.replace("http://", "ws://") + "/api/v1/live"
    with connect(address, additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        socket.send(json.dumps({"type": "hello", "protocol": 1, "cursor": cursor}))
        return str(json.loads(socket.recv(timeout=20))["mode"])


def test_a_backup_of_a_running_server_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    data, backup, other = tmp_path / "data", tmp_path / "kept" / "one.backup", tmp_path / "other"
    with serving("--data", data, "--demo") as (_, url):
        token = sign_in(url, DANA, ADMIN)
        say(url, token, "before the backup")
        done = deskterm("backup", backup, "--data", data)
        assert (done.returncode, done.stderr) == (0, "")
        say(url, token, "after the backup")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    restored = deskterm("restore", backup, "--data", other)
    assert restored.returncode == 0
    assert "there is no root.secret here" in restored.stdout
    with serving("--data", other) as (_, url):
        found = bodies(url, sign_in(url, DANA, ADMIN))
    assert "before the backup" in found
    assert "after the backup" not in found


def test_backups_while_eight_write(tmp_path: Path) -> None:
    """Each is restored, is whole, and has every message that was acknowledged before it began."""
    data, acknowledged, done = tmp_path / "data", list[str](), threading.Event()
    with serving("--data", data, "--demo", log=subprocess.DEVNULL) as (_, url):
        token = sign_in(url, DANA, ADMIN)

        def write(who: int) -> None:
            number = 0
            while not done.is_set():
                number += 1
                say(url, token, f"{who}/{number}")
                acknowledged.append(f"{who}/{number}")

        writers = [threading.Thread(target=write, args=(who,)) for who in range(8)]
        for each in writers:
            each.start()
        before = []
        for number in range(3):
            before.append(list(acknowledged))
            made = deskterm("backup", tmp_path / f"{number}.backup", "--data", data)
            assert made.returncode == 0, made.stderr
        done.set()
        for each in writers:
            each.join()
    assert len(acknowledged) > len(before[-1]) > len(before[1])
    for number, wanted in enumerate(before):
        there = tmp_path / f"restored-{number}"
        assert run(["restore", str(tmp_path / f"{number}.backup"), "--data", str(there)]) == 0
        assert run(["doctor", "--data", str(there)]) == 0
        assert set(wanted) <= set(stored(there / "deskterm.db"))


def stored(path: Path) -> list[str]:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        return [str(row[0]) for row in connection.execute("SELECT body FROM message").fetchall()]
    finally:
        connection.close()


def test_without_a_server_backup_works_as_well_and_keeps_the_newest(data: Path) -> None:
    for _ in range(3):
        assert deskterm("backup", "--data", data, "--keep", "2").returncode == 0
    assert len(list((data / "backups").iterdir())) == 2


def test_a_server_that_was_killed_leaves_no_door_that_is_in_the_way(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving("--data", data, "--demo") as (process, _):
        process.kill()
        process.wait()
    assert (data / "control.sock").exists()
    assert deskterm("backup", "--data", data).returncode == 0
    with serving("--data", data):
        assert deskterm("backup", "--data", data).returncode == 0


def test_the_door_is_reached_by_any_path(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30) / "data"
    with serving("--data", data, "--demo"):
        done = deskterm("backup", "--data", data)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_disk_is_one_sentence_and_leaves_nothing(data: Path) -> None:
    target = Path("/dev/full/one.backup")
    done = deskterm("backup", target, "--data", data)
    assert done.returncode == 75
    assert "Traceback" not in done.stderr


def test_consoles_with_newer_cursors_load_everything_anew(tmp_path: Path) -> None:
    data, backup = tmp_path / "data", tmp_path / "one.backup"
    with serving("--data", data, "--demo") as (_, url):
        token = sign_in(url, DANA, ADMIN)
        deskterm("backup", backup, "--data", data)
        say(url, token, "lost by the restore")
        cursor = call(url, "/sync/snapshot", token=token)["cursor"]
        assert resumes(url, token, cursor) == "resume"
    assert deskterm("restore", backup, "--data", data).returncode == 0
    with serving("--data", data) as (_, url):
        assert resumes(url, token, cursor) == "need_snapshot"
    kept = list(data.glob("deskterm.db.before-restore.*"))
    assert len(kept) == 1
    assert "lost by the restore" in stored(kept[0])


def test_restore_refuses_what_is_no_backup_and_while_a_server_runs(data: Path, tmp_path: Path) -> None:
    deskterm("backup", tmp_path / "good", "--data", data)
    whole = (tmp_path / "good").read_bytes()
    (tmp_path / "text").write_text("this is no database at all\n" * 100)
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "torn").write_bytes(whole[:40_000] + bytes(20_000) + whole[60_000:])
    before = (data / "deskterm.db").read_bytes()
    for name in ("text", "cut", "torn", "missing"):
        done = deskterm("restore", tmp_path / name, "--data", data)
        assert done.returncode == 5, name
        assert "Traceback" not in done.stderr
    assert (data / "deskterm.db").read_bytes() == before
    with serving("--data", data):
        assert deskterm("restore", tmp_path / "good", "--data", data).returncode == 9


#: What an admin sees beside support.
BESIDE = (
    "/personas",
    "/views",
    "/groups",
    "/direct-messages?all=true",
    "/notifications",
    "/conversations?kind=personal",
)


def beside_support(url: str) -> list[object]:
    """Something of everything, and how an admin sees it."""
    dana, john = sign_in(url, DANA, ADMIN), sign_in(url, "john.doe@example.com", "customer123")
    persona = call(url, "/personas", {"name": "Ana", "open": True}, dana)
    talk = call(url, "/direct-messages", {"persona_id": persona["id"]}, john)
    call(url, f"/conversations/{talk['id']}/messages", {"id": IDS.new(), "body": "Hello"}, john)
    contact = call(url, "/me", token=john)["contact"]["id"]
    style = {"template": "info"}
    call(url, "/notifications", {"contact_id": contact, "body": "Hello", "style": style}, dana)
    call(url, "/groups", {"name": "Another", "everyone": False}, dana)
    call(url, "/views", {"name": "Late", "q": "waiting>30m", "visibility": "shared"}, dana)
    begin(url, dana)
    return seen_beside(url, dana)


def begin(url: str, token: str) -> None:
    """Begin a reply in which something is still to be filled in."""
    draft = {"body": "Your order {number} {number}", "blanks": {"{number}": 1}}
    call(url, f"/conversations/{conversation(url, token)}/draft", draft, token, "PUT")


def begun(url: str, token: str) -> tuple[str, dict[str, int]]:
    """The reply that was begun, and what is open in it."""
    found = call(url, f"/conversations/{conversation(url, token)}/draft", token=token)["reply"]
    return found["body"], found["blanks"]


def seen_beside(url: str, token: str) -> list[object]:
    return [*(call(url, path, token=token) for path in BESIDE), begun(url, token)]


def test_an_organization_goes_out_and_in_again_and_is_equal(data: Path, tmp_path: Path) -> None:
    first, second, other = tmp_path / "first", tmp_path / "second", tmp_path / "other"
    with serving("--data", data) as (_, url):
        kept = beside_support(url)
        assert deskterm("export", "designpi", first, "--data", data).returncode == 0
        seen = call(url, "/audit?action=organization.exported", token=sign_in(url, DANA, ADMIN))["items"]
        assert [(each["actor"], each["entity"]) for each in seen] == [(None, "organization")]
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert deskterm("import", first, "--data", other).returncode == 0
    deskterm("export", "designpi", second, "--data", other)
    assert first.read_text().splitlines()[1:] == second.read_text().splitlines()[1:]
    assert "northwind" not in first.read_text()
    with serving("--data", other) as (_, url):
        token = sign_in(url, DANA, ADMIN)
        assert call(url, "/conversations", token=token)["counts"]["open"] == 2
        assert seen_beside(url, token) == kept
        say(url, token, "life goes on")
        assert bodies(url, token)[-1] == "life goes on"
    assert deskterm("doctor", "--data", other).stdout.count("are in order") == 1


def test_who_is_known_keeps_the_account_that_is_there(data: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "archive", tmp_path / "other"
    deskterm("export", "designpi", archive, "--data", data)
    words = (
        "--data",
        other,
        "--slug",
        "elsewhere",
        "--organization",
        "Elsewhere",
        "--name",
        "D",
        "--email",
        DANA,
    )
    made = deskterm("init", *words, "--password-stdin", stdin="another password\n")
    assert made.returncode == 0, made.stderr
    assert deskterm("import", archive, "--data", other).returncode == 0
    with serving("--data", other) as (_, url):
        login = {"email": DANA, "password": "another password", "organization": "designpi"}
        assert call(url, "/auth/login", login)["me"]["member"]["role"] == "admin"


def test_an_archive_is_imported_whole_or_not_at_all(data: Path, tmp_path: Path) -> None:
    archive, other = tmp_path / "archive", tmp_path / "other"
    deskterm("export", "designpi", archive, "--data", data)
    lines = archive.read_text().splitlines()
    without_a_message = [line for line in lines if '"table": "message"' not in line]
    for name, text, code in (
        ("cut", "\n".join(lines[:-20]), 5),
        ("holes", "\n".join([*without_a_message[:-1], json.dumps({"rows": len(without_a_message) - 2})]), 0),
        ("headless", "\n".join(lines[1:]), 5),
        ("empty", "", 5),
        ("text", "hello\n", 5),
        ("tables", "\n".join([lines[0], json.dumps({"table": "sqlite_schema", "row": {}})]), 5),
        ("columns", "\n".join([lines[0], json.dumps({"table": "member", "row": {"id); --": 1}})]), 5),
        ("again", "\n".join(lines), 9),
    ):
        (tmp_path / name).write_text(text)
        done = deskterm("import", tmp_path / name, "--data", other)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), (name, done.stderr)
    assert deskterm("import", tmp_path / "missing", "--data", other).returncode == 3
    assert deskterm("export", "nobody", tmp_path / "none", "--data", data).returncode == 3


def break_file(data: Path, sql: str) -> None:
    connection = apsw.Connection(str(data / "deskterm.db"))
    connection.execute("PRAGMA foreign_keys=OFF").fetchall()
    for each in sql.split(";"):
        connection.execute(each)
    connection.close()


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("DELETE FROM event WHERE seq = 3 AND organization_id = 1", "has gaps"),
        ("UPDATE organization_counter SET seq = seq + 1 WHERE organization_id = 1", "ends at"),
        (
            "UPDATE conversation SET rev = 1000000 WHERE number = 1 AND organization_id = 1",
            "ahead of its log",
        ),
        ("DELETE FROM contact WHERE email = 'john.doe@example.com'", "points to a missing contact"),
        ("UPDATE conversation_count SET total = total + 1 WHERE organization_id = 1", "are off by"),
        (
            "DROP INDEX conversation_one_active; UPDATE conversation SET contact_id ="
            " (SELECT contact_id FROM conversation WHERE number = 1 AND organization_id = 1)"
            " WHERE number = 2 AND organization_id = 1",
            "has 2 active conversations",
        ),
    ],
)
def test_doctor_names_what_is_wrong_and_what_to_do(data: Path, sql: str, words: str) -> None:
    break_file(data, sql)
    done = deskterm("doctor", "--data", data)
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if words in line]
    assert len(wrong) == 1
    assert "deskterm restore" in wrong[0]


def test_doctor_finds_a_torn_file_and_one_that_others_may_read(data: Path) -> None:
    path = data / "deskterm.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:40_000] + bytes(20_000) + whole[60_000:])
    path.chmod(0o644)
    done = deskterm("doctor", "--data", data)
    assert done.returncode == 1
    assert f"chmod 600 {path}" in done.stdout
    assert "Traceback" not in done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("database: ") and "problem" in line]
