"""Reading without a server: consoles on pseudo-terminals, and a server that is stopped and comes back."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from deskterm.client.live.connection import utc_now
from deskterm.client.outbox.file import left_in, outbox_file
from deskterm.client.outbox.rows import row_of
from deskterm.client.outbox.store import Store
from deskterm.client.replica.outgoing import Pending
from deskterm.protocol.ids import IdSource
from deskterm.settings import Settings
from tests.e2e.conftest import Server, running
from tests.e2e.terminal import ENTER, ESCAPE, Console, ctrl, deskterm

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
F5 = "\x1b[15~"


@contextmanager
def back(folder: Path, before: Server) -> Iterator[Server]:
    """The server again, at the address where it was."""
    with running(folder, before.url.rpartition(":")[2]) as server:
        yield server


def copies(home: Path) -> list[Path]:
    """The copies that an account has left in its home."""
    return sorted((home / "state" / "cache").glob("desk-*.db"))


def kept(home: Path) -> str:
    """Everything that is in the copies of a home, as text."""
    rows: list[Any] = []
    for path in copies(home):
        with contextlib.closing(sqlite3.connect(path)) as db:
            rows += db.execute("SELECT content FROM conversation").fetchall()
            rows += db.execute("SELECT messages FROM thread").fetchall()
    return "\n".join(text for (text,) in rows)


def own(server: Server, token: str) -> dict[str, Any]:
    """The newest open conversation of a member, as the server lists it."""
    me = server.call("GET", "/me", token=token)["member"]["id"]
    page = server.call("GET", f"/conversations?status=open&assignee={me}&sort=-last_message_at", token=token)
    found: dict[str, Any] = page["items"][0]
    return found


def read_and_quit(server: Server, email: str, *words: str, **environ: str) -> None:
    """Open the first conversation, read `words` there, and leave."""
    with server.console(email, also=environ) as console:
        console.sees("● live")
        console.settle()
        console.type(ENTER)
        console.sees(*words)
        console.type(ctrl("q"))
        assert console.ends() == 0


def test_list_and_threads_are_there_without_the_server_and_what_is_typed_waits(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    with running(tmp_path) as server:
        token = server.token(SARAH)
        environ["DESKTERM_TOKEN"] = token
        conversation = own(server, token)
        server.say(conversation["id"], "We found the cause this morning.", token)
        read_and_quit(server, SARAH, "We found the cause this morning.", **environ)
        home = server.home / SARAH
        [path] = copies(home)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        server.stop()
    with offline(server, SARAH, environ) as console:
        console.sees("Sarah Johnson (staff)", "○ offline", "as of ", "retrying")
        console.settle()
        console.type(ENTER)
        console.sees("We found the cause this morning.", f"#{conversation['number']}", "· as of ")
        console.type("r" + "It is fixed now." + ctrl("s"))
        console.sees("◌ not sent yet, goes out once connected again", "1 message waiting")
        with back(tmp_path, server) as again:
            console.type(F5)
            console.sees("● live", "It is fixed now.")
            console.sees_no("as of ", "◌ not sent yet")
            page = again.call("GET", f"/conversations/{conversation['id']}/messages", token=token)
            assert [each["body"] for each in page["items"]].count("It is fixed now.") == 1
            console.type(ESCAPE + ctrl("q"))
            assert console.ends() == 0


@contextmanager
def offline(server: Server, email: str, environ: dict[str, str], *words: str) -> Iterator[Console]:
    """A console of somebody whose server is not there."""
    home = {"DESKTERM_SERVER": server.url, "DESKTERM_HOME": str(server.home / email), "DESKTERM_TIPS": "off"}
    with Console(words, columns=120, rows=36, environ={**home, **environ}) as console:
        yield console


def test_what_was_lost_while_away_vanishes_with_the_first_answer(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        token, dana = server.token(SARAH), server.token(DANA)
        environ = {"DESKTERM_TOKEN": token}
        conversation = own(server, token)
        server.say(conversation["id"], "For Sarah's eyes alone.", token)
        read_and_quit(server, SARAH, "For Sarah's eyes alone.", **environ)
        home = server.home / SARAH
        assert "For Sarah's eyes alone." in kept(home)
        server.call("PATCH", f"/conversations/{conversation['id']}", {"assignee_id": None}, dana)
        server.stop()
    with offline(server, SARAH, environ) as console:
        console.sees("○ offline", "as of ")
        console.settle()
        console.type(ENTER)
        console.sees("For Sarah's eyes alone.")
        with back(tmp_path, server):
            console.type(F5)
            console.sees("● live")
            console.sees_no("For Sarah's eyes alone.", f"#{conversation['number']}")
            console.until(lambda: "For Sarah's eyes alone." not in kept(home), "the copy to forget it")
            assert conversation["id"] not in kept(home)
            console.type(ctrl("q"))
            assert console.ends() == 0


def test_a_customer_reads_their_own_conversation_without_the_server(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        token, dana = server.token(JOHN), server.token(DANA)
        environ = {"DESKTERM_TOKEN": token}
        mine = server.call("GET", "/portal/conversation", token=token)
        server.say(mine["id"], "It still does not work.", token)
        note = {
            "id": "01900000-0000-7000-8000-00000000000a",
            "body": "He is right.",
            "visibility": "internal",
        }
        server.call("POST", f"/conversations/{mine['id']}/messages", note, dana)
        with server.console(JOHN, also=environ) as console:
            console.sees("It still does not work.")
            console.type(ctrl("q"))
            assert console.ends() == 0
        assert "It still does not work." in kept(server.home / JOHN)
        assert "He is right." not in kept(server.home / JOHN)
        server.stop()
    with offline(server, JOHN, environ) as console:
        console.sees("It still does not work.", "offline since", "as of ")
        console.type("Hello?" + ENTER)
        console.sees("1 message waiting", "Hello?")
        with back(tmp_path, server):
            console.type(F5)
            console.sees_no("as of ", "waiting")
            console.type(ctrl("q"))
            assert console.ends() == 0


@pytest.fixture
def signed_in(server: Server, tmp_path: Path) -> dict[str, str]:
    """Sarah, signed in with a token that is kept, after she has read something."""
    home = {"DESKTERM_HOME": str(tmp_path / "local"), "DESKTERM_TIPS": "off"}
    done = deskterm("login", SARAH, "--server", server.url, "--password-stdin", stdin="staff123\n", **home)
    assert done.returncode == 0, done.stderr
    with Console([], environ=home) as console:
        console.sees("● live")
        console.settle()
        console.type(ctrl("q"))
        assert console.ends() == 0
    assert len(copies(tmp_path / "local")) == 1
    return home


def test_signing_out_in_the_console_wipes_it(
    server: Server, signed_in: dict[str, str], tmp_path: Path
) -> None:
    with Console([], environ=signed_in) as console:
        console.sees("● live")
        console.settle()
        console.type("go")
        console.sees("Sign out")
        console.type("sign out" + ENTER)
        console.sees("You are signed out.")
        assert copies(tmp_path / "local") == []
        console.type(ctrl("q"))
        console.ends()
    assert copies(tmp_path / "local") == []


def test_signing_out_on_the_command_line_wipes_it_and_asks_about_what_waits(
    server: Server, signed_in: dict[str, str], tmp_path: Path
) -> None:
    folder = Settings(home=tmp_path / "local" / "state").outbox
    assert folder is not None
    path = outbox_file(folder, server.url, SARAH)
    outbox = Store(path, "designpi")
    outbox.put(row_of(Pending(IdSource().new(), "c-1", "not yet", utc_now()), utc_now()))
    outbox.close()
    for answer, said, left in (("n", "Still signed in.", 1), ("y", "Signed out", 0)):
        with Console(["logout"], environ=signed_in) as console:
            console.sees("1 not sent yet, and thrown away by signing out.")
            console.type(answer + ENTER)
            console.sees(said)
            assert console.ends() == 0
        assert (left_in(path, "designpi"), len(copies(tmp_path / "local"))) == (left, left)


def test_a_damaged_copy_counts_as_none(server: Server, signed_in: dict[str, str], tmp_path: Path) -> None:
    [path] = copies(tmp_path / "local")
    path.write_bytes(b"no database at all" * 1000)
    server.stop()
    with Console([], environ=signed_in) as console:
        console.sees("refuses the connection", "F5 try again")
        console.type(ctrl("q"))
        assert console.ends() == 0


def test_a_disk_that_refuses_costs_the_copy_alone(
    server: Server, signed_in: dict[str, str], tmp_path: Path
) -> None:
    [path] = copies(tmp_path / "local")
    shutil.rmtree(path.parent)
    path.parent.write_text("not a folder")
    with Console([], environ=signed_in) as console:
        console.sees("● live")
        console.settle()
        console.type(ENTER + "r" + "hello" + ctrl("s"))
        console.sees("hello")
        console.type(ESCAPE + ctrl("q"))
        assert console.ends() == 0
