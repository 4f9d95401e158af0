"""Hostile text and bytes in local files, in the environment and on the command line, and without a server."""

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Server, running
from tests.e2e.hostile import DENSE, FOREIGN, evil, pasted, poison_messages, poison_rows, unasked
from tests.e2e.terminal import COMMAND, ENTER, Console, ctrl

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
#: No text in any encoding, with commands to the terminal in between.
BYTES = b"\xff\xfe\x1b]0;evil\x07\x9b31m\xc3(\xed\xa0\x80\x00 = \x1b[6n\n"
#: The same as text, where a file is to be read.
WORD = DENSE.replace("\r\n", "")


def output(*words: str, stdin: str = "", **environ: str) -> tuple[int, str]:
    """Run a verb without a terminal: its exit code, and what it printed anywhere."""
    done = subprocess.run(
        [*COMMAND, *words],
        input=stdin.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )
    return done.returncode, done.stdout.decode("utf-8")


def known_accounts(server: Server, home: Path) -> None:
    """Accounts as a damaged or foreign file may name them."""
    text = json.dumps(
        {
            "version": 1,
            "accounts": [
                {
                    "server": server.url,
                    "email": f"one{number}{WORD}",
                    "organization": f"slug{WORD}",
                    "name": evil("place"),
                    "person": evil("person"),
                    "role": evil("role"),
                    "store": f"store{WORD}",
                }
                for number in range(3)
            ],
        }
    )
    home.mkdir(parents=True, exist_ok=True)
    (home / "accounts.json").write_text(text)
    (home / "accounts.json").chmod(0o600)


def quoted(text: str) -> str:
    """`text` as TOML writes it."""
    return '"' + "".join(each if each.isalnum() else f"\\U{ord(each):08x}" for each in text) + '"'


def toml_of(name: str) -> str:
    """A line of TOML whose value attacks."""
    return f"{name} = {quoted(evil('value'))}\n"


def hostile_choices(home: Path) -> dict[str, str]:
    """Settings and keys that attack: in files, and in the environment."""
    (home / "settings.toml").write_text(
        toml_of("editor") + toml_of("theme") + toml_of("language") + toml_of(quoted(evil("name")))
    )
    (home / "keys.toml").write_text(
        toml_of('"ticket.reply"') + toml_of("preset") + toml_of(quoted(evil("command")))
    )
    return {
        "DESKTERM_DATES": evil("dates"),
        "DESKTERM_MOTION": evil("motion"),
        "EDITOR": evil("editor"),
        "VISUAL": evil("editor"),
        "LANG": "xx" + WORD,
    }


def test_settings_and_accounts_in_the_console(server: Server, tmp_path: Path) -> None:
    home = server.home / DANA
    environ = server.local(DANA)
    known_accounts(server, home)
    environ |= hostile_choices(home)
    with Console([], environ=environ) as console:
        console.sees("live")
        console.settle()
        console.type("gs")
        console.sees("Settings", "Theme", "settings.toml:1", "value")
        console.settle()
        for _ in range(12):
            console.type("\x1b[B")
            console.settle()
        console.type(pasted("editor") + ENTER)
        console.sees("Another…")
        console.settle()
        console.type(ctrl("q"))
        assert console.ends() == 0
    assert unasked(console.raw) == []
    assert b"value" in console.raw


def test_accounts_screen(server: Server, tmp_path: Path) -> None:
    environ = server.local(DANA)
    known_accounts(server, server.home / DANA)
    with Console([], environ=environ) as console:
        console.sees("live")
        console.settle()
        console.type("go")
        console.sees("person", "place")
        console.settle()
        console.type(pasted(evil("person")))
        console.sees("Nothing matches.")
        console.settle()
        console.type(ctrl("q"))
        assert console.ends() == 0
    assert unasked(console.raw) == []


def test_verbs(server: Server, tmp_path: Path) -> None:
    home = tmp_path / "home"
    known_accounts(server, home)
    local = {"DESKTERM_HOME": str(home)}
    data = str(tmp_path / "data")
    asked: list[tuple[list[str], str, str]] = [
        (["accounts"], "", "place"),
        (["accounts", "-o", "json"], "", "person"),
        (["accounts", "--move-to", "file"], "", "one1"),
        (["accounts", "--move-to", "file", "--as", "one1"], "", ""),
        (["accounts", "--forget", "--as", "one1"], "", "one1"),
        (["logout", "--as", "one"], "", ""),
        (["login"], "", ""),
        (["login", evil("mail"), "--server", server.url, "--password-stdin"], "x\n", ""),
        (["doctor", "--server", server.url], "", "server"),
        (["doctor", "--server", f"http://127.0.0.1:1/{WORD}"], "", ""),
        ([evil("verb")], "", "verb"),
        (["accounts", evil("--more")], "", "more"),
        (["accounts", "-o", evil("form")], "", "form"),
        (
            ["export", evil("slug"), str(tmp_path / evil("file")), "--data", data],
            "",
            "slug",
        ),
        (["backup", "--data", str(tmp_path / evil("data"))], "", "data"),
        (["restore", str(tmp_path / evil("copy")), "--data", str(tmp_path / "none")], "", "copy"),
        (["import", str(tmp_path / evil("archive")), "--data", str(tmp_path / "other")], "", "archive"),
        (["user", "add", "--data", data, "--email", evil("mail")], "", ""),
        (["chat", "--plain", "--server", f"http://127.0.0.1:1/{WORD}"], "", ""),
        (["serve", "--data", data, "--port", evil("port")], "", "port"),
    ]
    leaks = []
    for words, stdin, said in asked:
        code, printed = output(*words, stdin=stdin, **local, **hostile_choices(home))
        assert said in printed, (words, printed)
        assert "Traceback" not in printed, printed
        if FOREIGN.findall(printed):
            leaks.append((words, code, printed))
    assert leaks == []


def test_an_archive_on_the_screen(server: Server, tmp_path: Path) -> None:
    poison_rows(tmp_path / "data")
    poison_messages(tmp_path / "data")
    code, printed = output("export", "designpi", "-", "--data", str(tmp_path / "data"))
    assert code == 0
    assert FOREIGN.findall(printed) == []
    rows = [json.loads(line) for line in printed.splitlines()]
    assert evil("name") in {each.get("row", {}).get("name") for each in rows}


def test_plain_chat(server: Server, tmp_path: Path) -> None:
    environ = server.local(JOHN)
    poison_rows(tmp_path / "data")
    poison_messages(tmp_path / "data")
    code, printed = output("chat", "--plain", stdin=f"/again\n/{WORD}\n/quit\n", **environ)
    assert code == 0
    assert "You are name" in printed
    last = re.findall(r"M\d{3}", printed)[-1]
    assert printed.count(last) == 2  # as it stands, and again
    assert FOREIGN.findall(printed) == []


#: Files that the console has made or reads, as a crash or another program may leave them.
FILES = (
    "settings.toml",
    "keys.toml",
    "accounts.json",
    "credentials.json",
    "state/drafts.json",
    "state/drafts-seen.json",
    "state/canned-recent.json",
    "state/learnt.json",
)


def spoil_bytes(path: Path) -> None:
    """Bytes that are no text."""
    path.write_bytes(BYTES)


def spoil_text(path: Path) -> None:
    """JSON whose every name and text attacks."""
    path.write_text(json.dumps({evil("name"): {evil("name"): evil("value")}, "accounts": [{"server": 1}]}))


@pytest.mark.parametrize("spoil", [spoil_bytes, spoil_text])
def test_damaged_files(server: Server, spoil: Callable[[Path], None]) -> None:
    with server.console(SARAH) as console:
        console.sees("live")
        console.type("rsome draft\x1b")
        console.sees("✎ draft")
        console.settle()
        console.type(ctrl("q"))
        assert console.ends() == 0
    home = server.home / SARAH
    made = [each for each in home.rglob("*") if each.is_file()]
    for path in {*made, *(home / name for name in FILES)}:
        path.parent.mkdir(parents=True, exist_ok=True)
        spoil(path)
        path.chmod(0o600)
    with server.console(SARAH) as console:
        console.sees("live")
        console.settle()
        console.type("go")
        console.sees("Sign out")
        console.settle()
        console.type(ctrl("q"))
        assert console.ends() == 0
    assert unasked(console.raw) == []
    for words in (["accounts"], ["doctor"], ["logout"]):
        _, printed = output(*words, **server.local(SARAH))
        assert "Traceback" not in printed
        assert FOREIGN.findall(printed) == []
    log = home / "state" / "deskterm.log"
    assert not log.exists() or not FOREIGN.findall(log.read_text("utf-8").replace("\t", ""))


#: Where the copy and the outbox have JSON.
TEXTS = (("conversation", "content"), ("thread", "messages"), ("command", "content"))


def spoil_copy(home: Path) -> None:
    """What a copy and an outbox hold, as a server without scruples would have filled them."""
    for path in (home / "state").rglob("*.db"):
        with closing(sqlite3.connect(path)) as db, db:
            for table, column in (
                ("conversation", "content"),
                ("thread", "messages"),
                ("command", "content"),
            ):
                if db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone():
                    for row, text in db.execute(f"SELECT rowid, {column} FROM {table}").fetchall():
                        db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (spoiled(text), row))
    for path in (home / "state").glob("first-page-*.json"):
        path.write_text(spoiled(path.read_text()))


def spoiled(document: str) -> str:
    """JSON with every text for people replaced."""
    names = {"subject", "preview", "name", "email", "company", "body", "text"}

    def walk(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {key: walk(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each, name) for each in value]
        return evil(name) if name in names and isinstance(value, str) else value

    return json.dumps(walk(json.loads(document)))


def test_a_copy_and_what_waits_without_a_server(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        environ = server.local(SARAH)
        with Console([], environ=environ) as console:
            console.sees("live")
            console.settle()
            console.type(ENTER)
            console.sees("✓✓")
            console.settle()
            server.stop()
            console.sees("offline")
            console.type("r")
            console.sees("^S send")
            console.type("it waits" + ctrl("s"))
            console.sees("1 message waiting")
            console.settle()
            console.type(ctrl("q"))
            assert console.ends() == 0
        spoil_copy(server.home / SARAH)
        with Console([], environ=environ) as console:
            console.sees("offline", "subject")
            console.settle()
            console.type(ENTER)
            console.sees("body")
            console.settle()
            console.type("gw")
            console.sees("Esc c", "body")
            console.settle()
            console.type(ENTER)
            console.settle()
            console.type(ctrl("q"))
            assert console.ends() == 0
    assert unasked(console.raw) == []
