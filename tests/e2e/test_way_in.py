"""From the shell to the desk and back: signing in and out, starts that fail, ends that are forced."""

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, ESCAPE, Console, ctrl, deskterm

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"
F2, F5 = "\x1bOQ", "\x1b[15~"


@contextmanager
def answering(document: Any) -> Iterator[str]:
    """A web server that answers everything with `document`."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = isinstance(document, str)
            body = (document if page else json.dumps(document)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if page else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()
        thread.join()


def test_sign_in_without_a_keyring_says_where_the_token_is(server: Server, tmp_path: Path) -> None:
    home = {"DESKTERM_HOME": str(tmp_path / "local")}
    kept = tmp_path / "local" / "credentials.json"
    with Console(["--server", server.url], environ=home, columns=80, rows=24) as console:
        console.sees("Sign in", "You stay signed in: the token is kept in", "(0600)", "answers there")
        assert str(kept) in "".join(console.text.split())
        console.type(SARAH + ENTER + "wrong" + ENTER)
        console.sees("E-mail and password do not fit together.", SARAH, "•••••")
        console.type(F2)
        console.sees("wrong")
        console.type("\x7f" * 5)
        console.sees_no("wrong")
        console.type("staff123" + ENTER)
        console.sees("Sarah Johnson (staff)", "Signed in", "token is kept in", "(0600)")
        console.type(ctrl("q"))
        assert console.ends() == 0
    assert kept.stat().st_mode & 0o777 == 0o600
    with Console([], environ=home, columns=80, rows=24) as console:
        console.sees("Sarah Johnson (staff)", "live")


def test_login_and_logout_without_the_console(server: Server, tmp_path: Path) -> None:
    home = {"DESKTERM_HOME": str(tmp_path / "local")}
    done = deskterm("login", JOHN, "--server", server.url, "--password-stdin", stdin="customer123\n", **home)
    assert done.returncode == 0, done.stderr
    assert "Signed in as John Doe (customer) of designpi at http://127.0.0.1:" in done.stdout
    assert "The token is kept in" in done.stdout
    kept = tmp_path / "local" / "credentials.json"
    [token] = [each for each in kept.read_text().split('"') if each.startswith("dk_s_")]
    assert server.call("GET", "/me", token=token)["user"]["email"] == JOHN
    assert JOHN in deskterm("accounts", **home).stdout

    gone = deskterm("logout", **home)
    assert gone.returncode == 0, gone.stderr
    assert token not in kept.read_text()
    with pytest.raises(AssertionError, match="401"):
        server.call("GET", "/me", token=token)
    again = deskterm("logout", **home)
    assert (again.returncode, again.stderr) == (3, "Nobody is signed in here.\n")


def test_login_refuses_in_words(server: Server) -> None:
    wrong = deskterm("login", JOHN, "--server", server.url, "--password-stdin", stdin="guess\n")
    assert wrong.returncode == 4
    assert "Traceback" not in wrong.stderr
    nobody = deskterm("login", JOHN, "--server", "http://127.0.0.1:1", "--password-stdin", stdin="x\n")
    assert nobody.returncode == 75
    assert "refuses the connection" in nobody.stderr
    address = deskterm("login", JOHN, "--server", "ftp://x", "--password-stdin", stdin="x\n")
    assert address.returncode == 2
    assert "is not a server address" in address.stderr
    unasked = deskterm("login")
    assert unasked.returncode == 2
    assert "there is no terminal to ask on" in unasked.stderr


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("<html>hello</html>", "is not a deskterm server"),
        ({"product": "other"}, "is not a deskterm server"),
        ({"product": "deskterm", "version": "9", "protocol": 99}, "is newer than this deskterm"),
        ({"product": "deskterm", "version": "0", "protocol": 0}, "is older than this deskterm"),
    ],
)
def test_a_start_at_the_wrong_place_says_so(document: Any, words: str) -> None:
    with answering(document) as url:
        environ = {"DESKTERM_SERVER": url, "DESKTERM_TOKEN": "dk_s_x"}
        with Console([], environ=environ, columns=100, rows=24) as console:
            console.until(lambda: words in " ".join(console.text.split()), words)
            console.sees("F5 try again")
            assert "Traceback" not in console.text


def test_a_server_that_is_not_there_can_be_tried_again(server: Server) -> None:
    environ = {"DESKTERM_SERVER": "http://127.0.0.1:1", "DESKTERM_TOKEN": "dk_s_x"}
    with Console([], environ=environ, columns=80, rows=24) as console:
        console.sees("refuses the connection", "F5 try again")
        console.type(F5)
        console.sees("refuses the connection", "F5 try again")
        console.type(ctrl("q"))
        assert console.ends() == 0


def test_an_ended_session_asks_to_sign_in(server: Server) -> None:
    environ = {"DESKTERM_SERVER": server.url, "DESKTERM_TOKEN": "dk_s_" + "x" * 43}
    with Console([], environ=environ, columns=80, rows=24) as console:
        console.sees("Your session has ended. Sign in again.", "Password")


def test_the_customers_screen_is_not_for_agents(server: Server) -> None:
    environ = {"DESKTERM_SERVER": server.url, "DESKTERM_TOKEN": server.token(SARAH)}
    with Console(["chat"], environ=environ, columns=80, rows=24) as console:
        console.sees("customers' screen", "Sarah Johnson")
    environ["DESKTERM_TOKEN"] = server.token(JOHN)
    with Console(["chat"], environ=environ, columns=80, rows=24) as console:
        console.sees("To Support", "connected")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_in_order(server: Server, number: signal.Signals) -> None:
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("connected", "any news?")
        console.type("in the middle of a w")
        console.sees("in the middle of a w")
        console.process.send_signal(number)
        assert console.ends() == 128 + number
        assert console.modes == console.modes_before
        tail = console.raw[console.raw.rindex(b"in the middle") :]
        for mode in (b"1049", b"1000", b"1003", b"1006", b"2004"):
            assert b"\x1b[?" + mode + b"l" in tail
        assert b"\x1b[?25h" in tail
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("in the middle of a w")


def test_a_terminal_that_goes_without_a_word_ends_the_console_and_keeps_the_text(server: Server) -> None:
    with server.console(JOHN, columns=80, rows=24, controlling=False) as console:
        console.sees("connected", "any news?")
        console.type("cut off in the middle")
        console.sees("cut off in the middle")
        console.unplug()
        assert console.ends() == 128 + signal.SIGHUP
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("cut off in the middle")


def test_no_terminal_and_a_dumb_one_are_refused_in_words() -> None:
    piped = deskterm()
    assert piped.returncode == 2
    assert "needs a terminal, and standard input is none" in piped.stderr
    with Console([], environ={"TERM": "dumb"}) as console:
        assert console.ends() == 2
        assert "cannot draw on a terminal of type “dumb”" in console.text


def test_the_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = {"TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with Console(["demo"], environ=environ, columns=80, rows=24) as first:
        first.sees("Who do you want to be?", "Sarah Johnson", "demo --as john.doe@example.com")
        first.type("jane" + ENTER)
        first.sees("connected", "To Support")
        with Console(["demo", "--as", "sarah"], environ=environ) as second:
            second.sees("Sarah Johnson (staff)", "live")
            assert len(list((tmp_path / "tmp").iterdir())) == 1
            second.type(ctrl("q"))
            assert second.ends() == 0
        first.type("unsent" + ESCAPE + ctrl("q"))
        assert first.ends() == 0
        assert "is kept" not in first.text
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not any((Path(os.environ["DESKTERM_HOME"])).iterdir())


def test_a_killed_demo_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = {"TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with Console(["demo", "--as", "Bob W"], environ=environ, columns=80, rows=24) as console:
        console.sees("connected")
        console.process.kill()
        console.ends()
        console.until(lambda: not list((tmp_path / "tmp").iterdir()), "the server to clear up")


def test_a_demo_with_a_folder_stays(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    for text in ("Please keep this one.", ""):
        with Console(["demo", "--as", "bob", "--data", str(data)], columns=80, rows=24) as console:
            console.sees("connected")
            console.type(text + ENTER if text else "")
            console.sees("Please keep this one.", "✓")
            console.type(ctrl("q"))
            assert console.ends() == 0
        assert not (data / "demo.url").exists()


def test_nobody_of_that_name_is_in_the_demo() -> None:
    done = deskterm("demo", "--as", "zoe")
    assert done.returncode == 2
    assert "sarah@designpi.com" in done.stderr
