"""`deskterm init` and `deskterm user`, with a server that runs and without one."""

import contextlib
import sqlite3
from pathlib import Path
from urllib.error import HTTPError

import pytest

from deskterm.cli.ask import ask, ask_choice, ask_password
from deskterm.protocol.ids import IdSource
from tests.cli.processes import call, deskterm, serving, sign_in

BOSS, MIA, WORD = "boss@acme.test", "mia@acme.test", "a good password"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a server that was begun and does not run."""
    folder = tmp_path / "data"
    options = ("--organization", "Acme", "--email", BOSS, "--name", "Bo", "--password-stdin")
    done = deskterm("init", "--data", folder, *options, stdin=WORD)
    assert done.returncode == 0, done.stderr
    assert f"deskterm serve --data {folder}" in done.stdout
    return folder


def add(data: Path, email: str = MIA, *more: str) -> tuple[int, str]:
    options: list[str | Path] = ["--data", data, "--email", email, "--name", "Mia", "--password-stdin", *more]
    done = deskterm("user", "add", *options, stdin=WORD)
    return done.returncode, done.stdout + done.stderr


def test_people_come_and_get_passwords_while_the_server_runs(data: Path) -> None:
    with serving("--data", data) as (_, url):
        code, said = add(data, MIA, "--role", "customer")
        assert (code, said) == (0, f"{MIA} is customer in acme.\n")
        token = sign_in(url, MIA, WORD)
        assert call(url, "/me", token=token)["member"]["role"] == "customer"
        assert add(data)[0] == 9
        other = deskterm(
            "user", "passwd", "--data", data, "--email", MIA, "--password-stdin", stdin="another password"
        )
        assert other.returncode == 0, other.stderr
        with pytest.raises(HTTPError, match="401"):
            call(url, "/me", token=token)
        assert sign_in(url, MIA, "another password")
        with contextlib.closing(sqlite3.connect(data / "deskterm.db")) as db:
            (count,) = db.execute(
                "SELECT count(*) FROM audit_entry WHERE action = 'password.reset'"
            ).fetchone()
        assert count == 1


def test_contacts_read_support_and_not_an_agents_name(data: Path) -> None:
    add(data, MIA, "--role", "customer")
    with serving("--data", data) as (_, url):
        mia, boss = sign_in(url, MIA, WORD), sign_in(url, BOSS, WORD)
        own = call(url, "/portal/conversation", token=mia)["id"]
        reply = {"id": IdSource().new(), "body": "Hello!"}
        call(url, f"/conversations/{own}/messages", reply, boss)
        (read,) = call(url, f"/conversations/{own}/messages", token=mia)["items"]
        assert (read["author"]["kind"], read["author"]["name"]) == ("persona", "Support")


def test_the_same_without_a_server(data: Path) -> None:
    assert add(data) == (0, f"{MIA} is staff in acme.\n")
    code, said = add(data)
    assert (code, said) == (9, f"deskterm user: {MIA} is in acme already.\n")
    with serving("--data", data) as (_, url):
        assert sign_in(url, MIA, WORD)


@pytest.mark.parametrize("running", [True, False])
def test_what_cannot_be_is_refused_in_the_same_words(data: Path, running: bool) -> None:
    def refusals() -> list[tuple[int, str]]:
        nobody = deskterm("user", "passwd", "--data", data, "--email", "no@acme.test", "--password-stdin")
        return [add(data, MIA, "--organization", "other"), (nobody.returncode, nobody.stderr)]

    expected = [
        (5, "deskterm user: Choose an --organization: acme\n"),
        (3, "deskterm user: There is nobody with this address.\n"),
    ]
    if running:
        with serving("--data", data):
            assert refusals() == expected
    else:
        assert refusals() == expected


def test_where_no_server_was_begun_it_says_how(tmp_path: Path) -> None:
    code, said = add(tmp_path)
    assert code == 3
    assert "`deskterm init`" in said
    assert not (tmp_path / "deskterm.db").exists()


def test_a_mistyped_answer_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = iter(["boss", BOSS, "king", ""])
    secrets = iter(["short", WORD, "something else", WORD, WORD])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    monkeypatch.setattr("getpass.getpass", lambda _: next(secrets))
    assert ask(None, "E-mail", email=True) == BOSS
    assert ask_choice("Role", ["staff", "customer"], "staff") == "staff"
    assert ask_password(False) == WORD
    assert capsys.readouterr().err.splitlines() == [
        "E-mail: that is not a valid address.",
        "Role: that is none of staff, customer.",
        "A password has 8 to 256 characters.",
        "The two passwords differ.",
    ]
