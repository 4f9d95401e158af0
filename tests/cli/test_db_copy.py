"""`deskterm db copy`: to PostgreSQL and back, also after it was killed; consoles resume as if nothing was."""

import json
import shutil
import signal
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deskterm.cli.main import run
from deskterm.server.failpoints import KILLED
from tests.cli.processes import call, deskterm, serving, sign_in
from tests.cli.test_operations import ADMIN, DANA, begin, begun, bodies, resumes, say
from tests.postgres import Cluster

TABLES_BEFORE_THE_CRASH = 20

#: Several pieces, and one that is not whole.
FILE = bytes(range(256)) * 2_500
SIZES = {len(FILE), 2 * len(FILE)}

Verb = Callable[..., tuple[int, str]]


@pytest.fixture
def address(cluster: Cluster) -> Iterator[str]:
    made = cluster.make()
    yield made
    cluster.drop(made)


def send_file(url: str, token: str, content: bytes) -> str:
    """Upload a file; answers its id."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(f"{url}/api/v1/attachments?filename=a.bin", content, headers)
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["id"])


def file_of(url: str, token: str, id_: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{url}/api/v1/attachments/{id_}", headers=headers)
    ) as answer:
        return bytes(answer.read())


@pytest.fixture
def verb(capsys: pytest.CaptureFixture[str]) -> Verb:
    """Run a verb in this process; answers its exit code and what it said."""

    def answer(*words: str | Path) -> tuple[int, str]:
        code = run([str(each) for each in words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return answer


def test_there_and_back(tmp_path: Path, address: str, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    data, back = tmp_path / "data", tmp_path / "back"
    there = ("db", "copy", "--data", data, "--to", address)
    with serving("--data", data, "--demo") as (process, url):
        token = sign_in(url, DANA, ADMIN)
        cursor = call(url, "/sync/snapshot", token=token)["cursor"]
        say(url, token, "after the cursor")
        begin(url, token)
        begun_before = begun(url, token)
        before, first = bodies(url, token), send_file(url, token, FILE)
        code, said = verb(*there)
        assert (code, "in use" in said) == (9, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    with monkeypatch.context() as armed:
        armed.setenv("DESKTERM_TEST", "1")
        armed.setenv("DESKTERM_FAILPOINT", f"table-moved:{TABLES_BEFORE_THE_CRASH}")
        assert deskterm(*there).returncode == KILLED
    code, said = verb("serve", "--port", "0", "--data", data, "--database", address)
    assert (code, "is not finished" in said) == (5, True)
    code, said = verb(*there)
    assert (code, "tables were there already" in said) == (0, True)
    assert "counts and hashes are the same" in said
    code, said = verb(*there)
    assert (code, "a desk at the destination" in said) == (9, True)

    with serving("--data", data, "--database", address) as (_, url):
        assert resumes(url, token, cursor) == "resume"
        assert (bodies(url, token), begun(url, token)) == (before, begun_before)
        say(url, token, "on PostgreSQL")
        assert file_of(url, token, first) == FILE
        second = send_file(url, token, FILE + FILE)
        shutil.rmtree(data / "files")  # another server's folder has nothing either
        assert file_of(url, token, second) == FILE + FILE
        cursor = call(url, "/sync/snapshot", token=token)["cursor"]
        backup = ("backup", tmp_path / "one.backup", "--data", data, "--database", address)
        assert verb(*backup)[0] == 0, "while it is served"
        export = ("export", "designpi", tmp_path / "one.archive", "--data", data, "--database", address)
        assert verb(*export)[0] == 0
        seen = call(url, "/audit?action=organization.exported", token=token)["items"]
        assert [each["actor"] for each in seen] == [None]
    assert "all 2 files of messages are in it" in verb("doctor", "--database", address)[1]
    with monkeypatch.context() as armed:
        armed.setenv("DESKTERM_TEST", "1")
        armed.setenv("DESKTERM_FAILPOINT", f"table-moved:{TABLES_BEFORE_THE_CRASH}")
        assert deskterm("db", "copy", "--data", back, "--from", address).returncode == KILLED
    code, said = verb("serve", "--port", "0", "--data", back)
    assert (code, "is not finished" in said) == (5, True)
    assert verb("db", "copy", "--data", back, "--from", address)[0] == 0
    assert verb("export", "designpi", tmp_path / "two.archive", "--data", back)[0] == 0
    one, two = (set((tmp_path / f"{name}.archive").read_text().splitlines()[1:-1]) for name in ("one", "two"))
    assert [json.loads(each)["table"] for each in one ^ two] == ["audit_entry"]
    with serving("--data", back) as (_, url):
        assert resumes(url, token, cursor) == "resume"
        assert bodies(url, token) == [*before, "on PostgreSQL"]
        assert [file_of(url, token, each) for each in (first, second)] == [FILE, FILE + FILE]
    backed_up = {each.stat().st_size for each in (tmp_path / "files").rglob("*") if each.is_file()}
    assert backed_up == SIZES
    code, said = verb("db", "copy", "--data", back, "--from", address)
    assert (code, "already" in said) == (9, True)
    code, said = verb("restore", tmp_path / "one.backup", "--data", back, "--database", address)
    assert (code, "a desk at the destination" in said) == (9, True)


def test_a_restored_backup_is_another_time(tmp_path: Path, address: str, verb: Verb) -> None:
    data, backup = tmp_path / "data", tmp_path / "one.backup"
    with serving("--data", data, "--demo") as (_, url):
        token = sign_in(url, DANA, ADMIN)
        before = bodies(url, token)
        assert verb("backup", backup, "--data", data)[0] == 0
        cursor = call(url, "/sync/snapshot", token=token)["cursor"]
    assert verb("restore", backup, "--data", tmp_path / "other", "--database", address)[0] == 0
    with serving("--data", tmp_path / "other", "--database", address) as (_, url):
        assert resumes(url, token, cursor) == "need_snapshot"
        assert bodies(url, token) == before


def test_files_in_a_folder_that_servers_share(tmp_path: Path, address: str, verb: Verb) -> None:
    data, shared, back = tmp_path / "data", tmp_path / "shared", tmp_path / "back"
    with serving("--data", data, "--demo") as (_, url):
        token = sign_in(url, DANA, ADMIN)
        first = send_file(url, token, FILE)
    code, said = verb("db", "copy", "--data", data, "--to", address, "--files", shared)
    assert (code, "files of messages: 1" in said, f"--files {shared}" in said) == (0, True, True)
    with serving("--data", tmp_path / "other", "--database", address, "--files", shared) as (_, url):
        assert file_of(url, token, first) == FILE
        second = send_file(url, token, FILE + FILE)
    assert "2 of 2 files of messages are not in it" in verb("doctor", "--database", address)[1]
    assert not (tmp_path / "other" / "files").exists()
    assert verb("db", "copy", "--data", back, "--from", address, "--files", shared)[0] == 0
    with serving("--data", back) as (_, url):
        assert file_of(url, token, second) == FILE + FILE
    code, said = verb("serve", "--data", back, "--files", shared)
    assert (code, "--files goes with --database" in said) == (2, True)


def test_what_cannot_be_copied_is_said(tmp_path: Path, address: str, verb: Verb) -> None:
    nowhere = "postgresql://me:secret@127.0.0.1:1/none"
    for words, code, expected in (
        (("--to", address), 5, "There is no database in"),
        (("--from", address), 5, "There is no desk in this PostgreSQL database"),
        (("--from", nowhere), 75, "PostgreSQL: "),
        (("--to", "elsewhere"), 2, "is no address of PostgreSQL"),
    ):
        answer, said = verb("db", "copy", "--data", tmp_path, *words)
        assert (answer, expected in said) == (code, True), said
        assert "secret" not in said
    assert "PostgreSQL: " in verb("backup", tmp_path / "b", "--data", tmp_path, "--database", nowhere)[1]


def test_one_may_interrupt_it(tmp_path: Path, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("deskterm.cli.db_copy._moved_to", interrupted)
    code, said = verb("db", "copy", "--data", tmp_path, "--to", "postgresql://me@127.0.0.1:1/none")
    assert (code, "Traceback" in said) == (130, False)
