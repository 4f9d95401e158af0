"""In a real tmux that nobody configured: its buffer, its panes and sizes, a shell that stops programs."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.gate import gate
from tests.e2e.terminal import COMMAND, running_in
from tests.e2e.tmux import Tmux

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"


def test_copying_fills_its_buffer(server: Server, tmux: Tmux) -> None:
    tmux.open(server.local(SARAH))
    tmux.sees("Invoice export", "live")
    for key, text in (("t", "#1"), ("e", JOHN)):
        tmux.press("y", key)
        tmux.until(lambda text=text: tmux("show-buffer") == text, f"{text} in the buffer")  # type: ignore[misc]
        tmux.sees("through")


def test_two_panes_see_each_others_changes(server: Server, tmux: Tmux) -> None:
    tmux.open(server.local(SARAH), columns=200, rows=50)
    john = tmux.split(server.local(JOHN))
    tmux.sees("Invoice export", "live")
    tmux.sees("To Support", "connected", pane=john)
    tmux.type("Does it work by now?", john)
    tmux.press("Enter", pane=john)
    tmux.sees("now", pane="%0")
    tmux.press("Enter")
    tmux.sees("Does it work by now?", "Reply to John Doe")
    tmux.type("rYes, since this morning.")
    tmux.sees("Yes, since this morning.")
    tmux.sees("Support is typing", pane=john)
    tmux.press("C-s")
    tmux.sees("Yes, since this morning.", pane=john)
    tmux.press("Escape")
    tmux.sees("r reply")
    tmux.press("e")
    tmux.sees("If it is not solved, just write", pane=john)


def fills(tmux: Tmux, columns: int, rows: int, pane: str = "%0") -> None:
    """Wait until a console is as large as its pane."""

    def as_large() -> bool:
        lines = tmux.text(pane).removesuffix("\n").split("\n")
        return len(lines) == rows and "? help" in lines[-1] and "live" in lines[0][columns - 20 :]

    tmux.until(as_large, f"a console of {columns} by {rows}", pane)


def test_the_size_is_the_panes_whatever_variables_say(server: Server, tmux: Tmux) -> None:
    tmux.open(server.local(SARAH), around={"COLUMNS": "80", "LINES": "24"})
    fills(tmux, 120, 36)


def test_a_pane_that_grows_while_the_console_starts_is_filled(
    server: Server, tmux: Tmux, tmp_path: Path
) -> None:
    closed = gate(tmp_path)
    tmux.open({**server.local(SARAH), **closed.environ}, columns=80, rows=24)
    tmux.sees("deskterm")
    tmux("resize-window", "-t", "%0", "-x", "120", "-y", "36")
    closed.open()
    fills(tmux, 120, 36)
    tmux("resize-window", "-t", "%0", "-x", "100", "-y", "30")
    fills(tmux, 100, 30)


@pytest.fixture
def shell(server: Server, tmux: Tmux) -> Callable[[], int]:
    """A console that was started from a plain shell; answers its process."""
    local = server.local(SARAH)
    tmux.open({**local, "ENV": ""}, program="sh -i")
    tmux.type("PS1=shel'l> '")
    tmux.press("Enter")
    tmux.sees("shell>")
    tmux.type(" ".join(COMMAND))
    tmux.press("Enter")

    def console() -> int:
        tmux.sees("Invoice export", "live")
        [process] = running_in(local["DESKTERM_HOME"])
        return process

    return console


def test_a_stopped_console_leaves_the_shell_its_terminal_and_comes_back_whole(
    server: Server, tmux: Tmux, shell: Callable[[], int]
) -> None:
    process = shell()
    os.kill(process, signal.SIGTSTP)
    tmux.sees("Stopped", "shell>")
    assert "Invoice export" not in tmux.text()
    tmux.type("echo what I type is echoed")
    tmux.sees("echo what I type is echoed")
    tmux.press("Enter")
    tmux.sees("\nwhat I type is echoed")
    tmux.type("fg")
    tmux.press("Enter")
    fills(tmux, 120, 36)
    assert "echo" not in tmux.sees("Invoice export", "Alice Brown", "No conversation is open.")
    tmux.press("j", "r")
    tmux.type("one reader")
    tmux.sees("Reply to Alice Brown", "one reader")
    tmux.press("C-q")
    tmux.sees("shell>")
    tmux.type("echo and again")
    tmux.sees("echo and again")
