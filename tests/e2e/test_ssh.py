"""Over a real ssh: no keyring, no display, a terminal at the other end of a slow line that may break."""

import base64
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.sshd import Ssh
from tests.e2e.terminal import COMMAND, ENTER, Console, cost, ctrl, deskterm, running_in
from tests.e2e.tmux import Tmux

SARAH, PASSWORD = "sarah@designpi.com", "staff123"
DANA, JOHN = "hello@designpi.com", "john.doe@example.com"
BODY = "Two lines, and `code`:\n  東京 é 👍 $HOME; \\033[0m #{pane_id}"
NEWEST = "Two lines, and"
PAGE_UP = "\x1b[5~"


@pytest.fixture
def over_there(server: Server, tmp_path: Path) -> dict[str, str]:
    """What a console needs of whoever has signed in before: the folder with a stored token."""
    home = {"DESKTERM_HOME": str(tmp_path / "over-there")}
    done = deskterm("login", SARAH, "--server", server.url, "--password-stdin", stdin=PASSWORD, **home)
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "over-there" / "credentials.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    return {**home, "DESKTERM_TIPS": "off"}


def ask(server: Server) -> None:
    """The customer writes something that is hard to copy."""
    token = server.token(DANA)
    [found] = server.call("GET", "/conversations?number=1", token=token)["items"]
    server.say(found["id"], BODY, server.token(JOHN))


def was_written(server: Server, body: str) -> bool:
    """Whether the conversation has this message, as REST tells it."""
    token = server.token(DANA)
    [found] = server.call("GET", "/conversations?number=1", token=token)["items"]
    messages = server.call("GET", f"/conversations/{found['id']}/messages?limit=200", token=token)["items"]
    return body in [each["body"] for each in messages]


def test_reading_answering_and_copying(server: Server, ssh: Ssh, over_there: dict[str, str]) -> None:
    ask(server)
    with ssh.console(over_there) as console:
        console.sees("Sarah Johnson (staff)", "Invoice export", "live")
        [process] = running_in(over_there["DESKTERM_HOME"])
        variables = Path(f"/proc/{process}/environ").read_text()
        assert "SSH_CONNECTION=" in variables
        assert not [each for each in ("DISPLAY=", "DBUS_SESSION", "KEYRING") if each in variables]
        console.type(ENTER)
        console.sees(NEWEST, "Reply to John Doe")
        console.type("ym")
        console.sees("(OSC 52)")  # the notice may be wrapped
        assert b"\x1b]52;c;" + base64.b64encode(BODY.encode()) + b"\a" in console.raw
        console.type("rIt is fixed 東京" + ctrl("s"))
        console.until(lambda: was_written(server, "It is fixed 東京"), "the reply at the server")
        console.type(ctrl("q"))
        assert console.ends() == 0
        assert console.modes == console.modes_before
    assert running_in(over_there["DESKTERM_HOME"]) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_line_that_breaks_ends_the_console_and_keeps_the_draft(
    ssh: Ssh, over_there: dict[str, str], number: signal.Signals
) -> None:
    with ssh.console(over_there) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("Reply to John Doe")
        console.type("rcut off in the middle of a w")
        console.sees("middle of a w")
        console.process.send_signal(number)
        console.ends()
        console.until(
            lambda: not running_in(over_there["DESKTERM_HOME"]), "the end of the console over there"
        )
    with ssh.console(over_there) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("Reply to John Doe", "cut off in the middle of a w")


def test_keys_cost_little_and_nothing_moves(server: Server, ssh: Ssh, over_there: dict[str, str]) -> None:
    with ssh.console(over_there) as console:
        console.sees("Invoice export", "Alice Brown", "live")
        down = [cost(console, key) for key in "jkjk"]
        assert all(0 < each <= 500 for each in down), down
        console.type(ENTER)
        console.sees("any news?")
        page = cost(console, PAGE_UP)
        assert 0 < page <= 18_000  # one frame; a movement would be thirty
        assert cost(console, "") == 0


def test_the_window_over_there_follows_the_one_here(ssh: Ssh, over_there: dict[str, str]) -> None:
    with ssh.console(over_there, columns=80, rows=24) as console:
        console.sees("Invoice export", "live")
        for columns, rows in ((120, 36), (200, 50), (60, 15), (100, 30)):
            console.resize(columns, rows)
            fills(console, columns, rows)


def fills(console: Console, columns: int, rows: int) -> None:
    """Wait until the console is as large as its terminal: its footer is the last line, its bar is as wide."""

    def as_large() -> bool:
        lines = console.text.split("\n")
        return len(lines) == rows and "? help" in lines[-1] and "live" in lines[0][columns - 20 :]

    console.until(as_large, f"a console of {columns} by {rows}")


def test_copying_inside_tmux_over_ssh_fills_its_buffer(
    server: Server, ssh: Ssh, tmux: Tmux, over_there: dict[str, str]
) -> None:
    ask(server)
    with ssh.console(over_there, program=[*tmux.words, "new-session", *tmux_console(over_there)]) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees(NEWEST)
        console.type("ym")
        console.sees("through tmux")
        console.until(lambda: tmux("show-buffer") == BODY, "the message in tmux's buffer")
        console.process.kill()
        console.ends()
        assert "Reply to John Doe" in tmux.sees("Reply to John Doe")  # tmux goes on without the line
    tmux.press("C-q")
    tmux.until(lambda: not running_in(over_there["DESKTERM_HOME"]), "the end of the console")


def tmux_console(variables: dict[str, str]) -> list[str]:
    """What a new session of tmux is to run."""
    return [*(f"-e{name}={value}" for name, value in variables.items()), " ".join(COMMAND)]
