"""The files of messages in backups, archives, and what `doctor` says of them."""

import json
import shutil
import urllib.request
from pathlib import Path

from deskterm.protocol.ids import IdSource
from tests.cli.processes import call, deskterm, serving, sign_in

JOHN, CUSTOMER = "john.doe@example.com", "customer123"
IDS = IdSource()
CONTENT = bytes(range(256)) * 8_000  # more than one piece of an archive


def exchange(url: str, path: str, token: str, content: bytes | None = None) -> bytes:
    """Bytes out, or a file in."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
    request = urllib.request.Request(f"{url}/api/v1{path}", content, headers)
    with urllib.request.urlopen(request) as answer:
        return bytes(answer.read())


def send_file(url: str, content: bytes = CONTENT) -> str:
    """Its id, once it is with a message of John's."""
    token = sign_in(url, JOHN, CUSTOMER)
    made = json.loads(exchange(url, "/attachments?filename=log.bin", token, content))
    conversation = call(url, "/portal/conversation", token=token)["id"]
    body = {"id": IDS.new(), "body": "", "attachment_ids": [made["id"]]}
    call(url, f"/conversations/{conversation}/messages", body, token)
    return str(made["id"])


def content_of(url: str, attachment: str) -> bytes:
    return exchange(url, f"/attachments/{attachment}", sign_in(url, JOHN, CUSTOMER))


def kept(folder: Path) -> list[Path]:
    return [each for each in (folder / "files").rglob("*") if each.is_file()]


def test_a_backup_has_the_files_and_a_restore_brings_them_back(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    with serving("--data", data, "--demo") as (_, url):
        made = send_file(url)
        assert deskterm("backup", "--data", data).returncode == 0
    backups = data / "backups"
    assert [each.read_bytes() for each in kept(backups)] == [CONTENT]
    [backup] = backups.glob("*.backup")
    assert deskterm("restore", backup, "--data", other).returncode == 0
    with serving("--data", other) as (_, url):
        assert content_of(url, made) == CONTENT
    assert "all 1 files of messages are there" in deskterm("doctor", "--data", other).stdout


def test_older_backups_go_with_the_files_that_were_only_theirs(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving("--data", data, "--demo") as (_, url):
        deskterm("backup", tmp_path / "before" / "one.backup", "--data", data)
        send_file(url)
        deskterm("backup", "--data", data)
        deskterm("restore", tmp_path / "before" / "one.backup", "--data", tmp_path / "data2")
    backups = data / "backups"
    deskterm("restore", tmp_path / "before" / "one.backup", "--data", data)
    assert len(kept(backups)) == 1
    done = deskterm("backup", "--data", data, "--keep", "1")
    assert done.returncode == 0
    assert kept(backups) == []
    assert len(list(backups.glob("*.backup"))) == 1


def test_doctor_and_restore_miss_a_file(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving("--data", data, "--demo") as (_, url):
        made = send_file(url)
        deskterm("backup", "--data", data)
        [file] = kept(data)
        file.unlink()
    done = deskterm("doctor", "--data", data)
    assert done.returncode == 1
    assert "1 of 1 files of messages are missing" in done.stdout
    [backup] = (data / "backups").glob("*.backup")
    assert "missing" not in deskterm("restore", backup, "--data", data).stdout
    with serving("--data", data) as (_, url):
        assert content_of(url, made) == CONTENT
    shutil.rmtree(data / "files")
    shutil.rmtree(data / "backups" / "files")
    assert "1 files of messages are missing" in deskterm("restore", backup, "--data", data).stdout


def test_an_archive_has_the_files(tmp_path: Path) -> None:
    data, other, archive = tmp_path / "data", tmp_path / "other", tmp_path / "archive"
    with serving("--data", data, "--demo") as (_, url):
        made, empty = send_file(url), send_file(url, b"")
        assert deskterm("export", "designpi", archive, "--data", data).returncode == 0
    assert deskterm("import", archive, "--data", other).returncode == 0
    with serving("--data", other) as (_, url):
        assert content_of(url, made) == CONTENT
        assert content_of(url, empty) == b""
    lines = archive.read_text().splitlines()
    for name, wrong in (
        ("cut", [each for each in lines if '"end"' not in each]),
        ("changed", [each.replace('"data": "AAEC', '"data": "AQEC') for each in lines]),
        ("no base64", [each.replace('"data": "AAEC', '"data": "?AEC') for each in lines]),
    ):
        (tmp_path / name).write_text("\n".join(wrong))
        done = deskterm("import", tmp_path / name, "--data", tmp_path / "third")
        assert (done.returncode, "Traceback" in done.stderr) == (5, False), (name, done.stderr)
    assert not kept(tmp_path / "third")
