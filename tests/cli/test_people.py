"""`deskterm invite`, `join` and `contacts import`: people come in from one terminal to another."""

from pathlib import Path

import pytest

from tests.cli.processes import call, deskterm, serving, sign_in

ADMIN, STAFF = ("hello@designpi.com", "admin123"), ("sarah@designpi.com", "staff123")
CSV = """\
name,Email,company
Nia Osei,nia@new.example,"Osei, Ltd"
Nobody,,
Twice,nia@new.example,
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DESKTERM_TOKEN_STORES", "file")
    monkeypatch.delenv("DESKTERM_TOKEN", raising=False)
    return tmp_path


def test_whoever_is_invited_joins_and_is_signed_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("--data", home / "data", "--demo") as (_, url):
        monkeypatch.setenv("DESKTERM_SERVER", url)
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, *STAFF))
        assert deskterm("invite", "ines@new.example").returncode == 4
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, *ADMIN))
        assert deskterm("invite", "mike@designpi.com").returncode == 9
        invited = deskterm("invite", "ines@new.example", "--role", "staff")
        assert invited.returncode == 0, invited.stderr
        token = invited.stdout.split()[-1]
        monkeypatch.delenv("DESKTERM_TOKEN")
        said = f"{token}\na good password\n"
        joined = deskterm("join", "--stdin", "--name", "Ines Moreau", stdin=said)
        assert joined.returncode == 0, joined.stderr
        assert "Signed in as Ines Moreau (staff)" in joined.stdout
        assert token not in joined.stdout + joined.stderr
        again = deskterm("join", "--stdin", "--name", "Ines Moreau", stdin=said)
        assert again.returncode != 0
        assert "has expired" in again.stderr
        me = call(url, "/me", token=sign_in(url, "ines@new.example", "a good password"))
        assert me["member"]["role"] == "staff"


def test_contacts_come_from_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "people.csv"
    file.write_text(CSV, encoding="utf-8")
    with serving("--data", home / "data", "--demo") as (_, url):
        monkeypatch.setenv("DESKTERM_SERVER", url)
        token = sign_in(url, *ADMIN)
        monkeypatch.setenv("DESKTERM_TOKEN", token)
        dry = deskterm("contacts", "import", str(file), "--dry-run")
        assert dry.returncode == 5
        assert "1 would be created, 0 would be updated, 0 unchanged, 2 rejected." in dry.stdout
        assert [line.split(":")[0] for line in dry.stderr.splitlines()] == ["line 3", "line 4"]
        assert call(url, "/contacts?search=nia@", token=token)["items"] == []
        assert "1 created" in deskterm("contacts", "import", str(file)).stdout
        (nia,) = call(url, "/contacts?search=nia@", token=token)["items"]
        assert (nia["name"], nia["company"], nia["kind"]) == ("Nia Osei", "Osei, Ltd", "lead")
        assert "0 created, 0 updated, 1 unchanged" in deskterm("contacts", "import", str(file)).stdout
        assert deskterm("contacts", "import", str(home / "nothing.csv")).returncode == 2


def test_a_person_is_erased_after_a_preview(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("--data", home / "data", "--demo") as (_, url):
        monkeypatch.setenv("DESKTERM_SERVER", url)
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, *STAFF))
        assert deskterm("erase", "john.doe@example.com", "--yes").returncode == 4
        token = sign_in(url, *ADMIN)
        monkeypatch.setenv("DESKTERM_TOKEN", token)
        assert deskterm("erase", "nobody@example.com", "--dry-run").returncode == 3
        preview = deskterm("erase", "john.doe@example.com", "--dry-run")
        assert preview.stdout.startswith("Of john.doe@example.com: conversations 1 · messages ")
        assert deskterm("erase", "john.doe@example.com").returncode == 2, "nobody can be asked here"
        assert len(call(url, "/contacts?search=john.doe", token=token)["items"]) == 1
        done = deskterm("erase", "john.doe@example.com", "--yes")
        assert done.returncode == 0, done.stderr
        name = done.stdout.rstrip(".\n").rpartition(" ")[2]
        assert (home / "data" / "backups" / name).is_file()
        assert call(url, "/contacts?search=john.doe", token=token)["items"] == []
