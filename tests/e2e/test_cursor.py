"""The terminal's own cursor stands where one writes, which screen readers and input methods follow."""

import signal

from tests.e2e.conftest import Server
from tests.e2e.terminal import ESCAPE, Console, ctrl
from tests.e2e.tmux import Tmux

SARAH = "sarah@designpi.com"
OWN_COLOUR = b"\x1b]112\x1b\\"


def stands_behind(console: Console, text: str) -> None:
    """Wait until the cursor is shown right behind a text."""
    console.until(
        lambda: console.cursor is not None and console.cursor == console.behind(text),
        f"the cursor behind {text!r}, not at {console.cursor}",
    )


def test_it_is_shown_in_texts_and_hidden_elsewhere(server: Server) -> None:
    with server.console(SARAH, DESKTERM_THEME="deskterm-dark", COLORTERM="truecolor") as console:
        console.sees("Invoice export", "live")
        assert console.cursor is None
        console.type("r")
        console.sees("^S send")
        console.type("Plain words")
        stands_behind(console, "Plain words")
        assert b"\x1b]12;#" in console.raw
        for size in ((80, 24), (200, 50), (120, 36)):
            console.resize(*size)
            stands_behind(console, "Plain words")
        console.resize(19, 4)
        console.until(lambda: console.cursor is None, "no cursor over a card")
        console.resize(120, 36)
        stands_behind(console, "Plain words")
        longer = ", and more of them, on to the next row of a small window"
        console.type(longer)
        stands_behind(console, longer[-7:])
        for size in ((30, 20), (80, 24)):
            console.resize(*size)
            console.settle()
        console.until(lambda: console.behind(longer[-7:]) is not None, "one row")
        assert console.cursor == console.behind(longer[-7:])  # with the frame, not with a later one
        console.type("\x7f" * len(longer))
        stands_behind(console, "Plain words")
        console.type("\x1b[D" * len(" words"))
        stands_behind(console, "Plain")
        console.type(ESCAPE)
        console.until(lambda: console.cursor is None, "no cursor")
        console.type(":")
        console.sees("Commands")
        console.type("canned")
        stands_behind(console, "canned")
        console.type(ESCAPE + "?")
        console.sees("Half a page down")
        console.until(lambda: console.cursor is None, "no cursor")
        console.type("/page")
        stands_behind(console, "  page")


def test_whoever_gets_the_terminal_gets_its_cursor_as_it_was(server: Server) -> None:
    with server.console(SARAH, DESKTERM_THEME="deskterm-dark", COLORTERM="truecolor") as console:
        console.sees("Invoice export", "live")
        console.type("runsent")
        stands_behind(console, "unsent")
        before = len(console.raw)
        console.process.send_signal(signal.SIGTSTP)
        console.until(lambda: console.stopped, "the stop")
        console.settle()
        assert OWN_COLOUR in console.raw[before:]
        assert console.cursor is not None
        before = len(console.raw)
        console.process.send_signal(signal.SIGCONT)
        console.until(lambda: b"Invoice export" in console.raw[before:], "the console, drawn again")
        stands_behind(console, "unsent")
        console.type(ctrl("q"))
        assert console.ends() == 0
        assert console.cursor is not None
        assert console.raw.rpartition(b"\x1b]12;#")[2].count(OWN_COLOUR) == 1


def test_the_terminals_own_colours_leave_the_cursor_its_own(server: Server) -> None:
    with server.console(SARAH, DESKTERM_THEME="terminal") as console:
        console.sees("Invoice export", "live")
        console.type("runsent")
        stands_behind(console, "unsent")
        assert b"\x1b]12;" not in console.raw


def test_it_does_so_in_tmux(server: Server, tmux: Tmux) -> None:
    tmux.open(server.local(SARAH))
    tmux.sees("Invoice export", "live")
    where = "#{cursor_flag} #{cursor_x} #{cursor_y}"
    assert tmux("display", "-p", "-t", "%0", where).startswith("0 ")
    tmux.type("rPlain words")
    for columns, rows in ((120, 36), (80, 24), (200, 50)):
        tmux("resize-window", "-t", "%0", "-x", str(columns), "-y", str(rows))

        def behind() -> str:
            lines = tmux.text().split("\n")
            found = [(line.index("words") + 5, y) for y, line in enumerate(lines) if "┃Plain words" in line]
            return f"1 {found[0][0]} {found[0][1]}\n" if found else ""

        tmux.until(lambda: tmux("display", "-p", "-t", "%0", where) == behind(), "the cursor")
    tmux.press("Escape")
    tmux.until(lambda: tmux("display", "-p", "-t", "%0", where).startswith("0 "), "no cursor")
