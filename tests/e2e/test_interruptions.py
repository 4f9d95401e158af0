"""What befalls a console: stops, kills, bytes that are no text, windows of any size, odd terminals."""

import os
import random
import signal
import subprocess

import pytest

from tests.e2e.conftest import Server
from tests.e2e.terminal import COMMAND, ENTER, Console, ctrl

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"
#: What terminals answer to the questions that Textual asks: no frames shown as a whole, no sizes in band.
ANSWERS = b"\x1b[?2026;0$y\x1b[?2048;0$y"
#: What every beginning of drawing starts with.
BEGIN = b"\x1b[?1049h"
MODES = (b"1049", b"1000", b"1003", b"1006", b"2004")


def draft(console: Console, text: str) -> None:
    """Open the first conversation and begin a reply."""
    console.sees("Invoice export", "live")
    console.type(ENTER)
    console.sees("Reply to John Doe")
    console.type("r" + text)
    console.sees(text)


def test_a_stop_gives_the_terminal_back_and_going_on_takes_it_again(server: Server) -> None:
    with server.console(SARAH) as console:
        draft(console, "before")
        before = len(console.raw)
        console.process.send_signal(signal.SIGTSTP)
        console.until(lambda: console.stopped, "the stop")
        console.settle()
        assert console.modes == console.modes_before
        for mode in MODES:
            assert b"\x1b[?" + mode + b"l" in console.raw[before:]
        before = len(console.raw)
        console.process.send_signal(signal.SIGCONT)
        console.until(lambda: b"Invoice export" in console.raw[before:], "the console, drawn again")
        console.type(" and after")
        console.sees("before and after")


def test_a_program_that_was_halted_outright_goes_on_with_one_reader_of_the_keyboard(server: Server) -> None:
    with server.console(SARAH) as console:
        draft(console, "0")
        for _ in range(3):
            begun = console.raw.count(BEGIN)
            console.process.send_signal(signal.SIGSTOP)
            console.until(lambda: console.stopped, "the halt")
            console.process.send_signal(signal.SIGCONT)
            console.until(lambda at=begun: console.raw.count(BEGIN) > at, "its going on")  # type: ignore[misc]
            console.until(lambda: b"Invoice export" in console.raw.rpartition(BEGIN)[2], "the console")
        for digit in "123456789":
            console.type(digit)
        console.sees("0123456789")
        console.type(ctrl("q"))
        assert console.ends() == 0
        assert console.modes == console.modes_before


def test_what_is_typed_while_a_program_is_halted_and_goes_on_arrives(server: Server) -> None:
    with server.console(SARAH) as console:
        draft(console, "0")
        console.process.send_signal(signal.SIGSTOP)
        console.until(lambda: console.stopped, "the halt")
        console.type("123")
        begun = console.raw.count(BEGIN)
        console.process.send_signal(signal.SIGCONT)
        typed = ""
        while console.raw.count(BEGIN) == begun:
            typed += "x"
            console.type("x")
            console.settle()
        console.sees("0123" + typed)


def test_a_stopped_console_whose_terminal_goes_keeps_the_text(server: Server) -> None:
    with server.console(SARAH) as console:
        draft(console, "half of it")
        console.process.send_signal(signal.SIGTSTP)
        console.until(lambda: console.stopped, "the stop")
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGCONT):
            console.process.send_signal(number)
        assert console.ends() == 128 + signal.SIGHUP
    with server.console(SARAH) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("Reply to John Doe", "half of it")


def test_a_terminal_that_hangs_up_twice_takes_no_text_with_it(server: Server) -> None:
    with server.console(SARAH) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("Reply to John Doe")
        console.type("rto the very last letter")
        console.sees("very last letter")
        for _ in range(3):
            console.process.send_signal(signal.SIGHUP)
        assert console.ends() == 128 + signal.SIGHUP
    with server.console(SARAH) as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("to the very last letter")


def test_ctrl_z_is_a_key_and_stops_nothing(server: Server) -> None:
    with server.console(SARAH) as console:
        draft(console, "x")
        console.type("\x7f" + ctrl("z") * 3 + "still here")
        console.sees("still here")
        assert not console.stopped


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"caf\xe9 \xff\xfe", id="latin-1"),
        pytest.param(b"\x1b[M\x20\xf5\xe1", id="mouse-report-of-old"),
        pytest.param(b"\xc3", id="half-a-letter"),
        pytest.param(b"\xed\xa0\x80\xf8\x88\x80\x80\x80\xc0\xaf", id="surrogates-and-overlong"),
        pytest.param(b"\x1b[200~pasted \xe9 and \xff\x1b[201~", id="paste"),
        pytest.param(b"\x1b[999999999999;999999999R\x1b[?2026;9$y\x1b[?62;c", id="absurd-reports"),
    ],
)
def test_bytes_that_are_no_text_end_nothing(server: Server, data: bytes) -> None:
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("connected", "any news?")
        console.send(data)
        console.type(" then text")
        console.sees("then text", "connected")
        assert b"\x1b]52;" not in console.raw
        console.type(ctrl("q"))
        assert console.ends() == 0


def test_a_storm_of_sizes_ends_in_the_last_one(server: Server) -> None:
    sizes = random.Random(7)
    with server.console(SARAH) as console:
        draft(console, "kept through all")
        for number in range(100):
            usual = ((1, 1), (20, 5), (1, 50), (300, 1))[number // 4 % 4]
            console.resize(*(usual if number % 4 == 0 else (sizes.randint(1, 200), sizes.randint(1, 60))))
            if number % 10 == 0:
                console.settle()
        for columns, rows in ((20, 5), (120, 36)):
            console.resize(columns, rows)
            console.settle()
        console.type("!")
        lines = console.sees("kept through all!", "Invoice export", "live").split("\n")
        assert (len(lines), lines[0][-16:].split()[1]) == (36, "live")


@pytest.mark.parametrize(
    "answer", [ANSWERS, b"\x1b[?2026;2$y\x1b[?2048;0$y", b""], ids=["no", "frames", "never"]
)
def test_answers_may_come_late_or_never(server: Server, answer: bytes) -> None:
    with server.console(SARAH) as console:
        draft(console, "Dear John")
        console.send(answer)
        console.type(", hello")
        console.sees("Dear John, hello")
        console.settle()
        assert "2026" not in console.text


def test_without_the_mouse_the_terminal_selects_by_itself(server: Server) -> None:
    with server.console(SARAH, DESKTERM_MOUSE="false") as console:
        draft(console, "a")
        console.type(ctrl("q"))
        assert console.ends() == 0
        for mode in (b"1000", b"1002", b"1003", b"1006", b"1015", b"1016"):
            assert b"\x1b[?" + mode + b"h" not in console.raw


@pytest.mark.parametrize(
    "variables", [{"LANG": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"LC_ALL": "POSIX"}]
)
def test_a_locale_without_unicode_ends_nothing(server: Server, variables: dict[str, str]) -> None:
    with server.console(JOHN, columns=80, rows=24, also=variables) as console:
        console.sees("connected", "any news?")
        console.type("é東 is it" + ENTER)
        console.sees("is it", "✓")
        console.type("unsent")
        console.type(ctrl("q"))
        assert console.ends() == 0
        assert "unsent text is kept" in " ".join(console.text.split())


@pytest.mark.parametrize(
    ("also", "wanted"),
    [
        ({"TERM": "xterm-256color"}, b"38;5;"),
        ({"COLORTERM": "truecolor", "DESKTERM_THEME": "deskterm-light"}, b"48;2;252;251;248"),
        ({"COLORFGBG": "0;15", "DESKTERM_THEME": "terminal"}, b"\x1b["),
    ],
    ids=["256", "light", "terminals-own-light"],
)
def test_colours_are_those_of_the_terminal_and_theme(
    server: Server, also: dict[str, str], wanted: bytes
) -> None:
    with server.console(SARAH, also=also) as console:
        console.sees("Invoice export", "live")
        assert wanted in console.raw
        assert (b"8;2;" in console.raw) == ("COLORTERM" in also)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_any_end_that_is_no_terminal_gets_a_sentence(server: Server, which: int) -> None:
    with server.console(SARAH) as console:  # somebody's terminal, for the two other ends
        console.sees("live")
        ends: list[int] = [console.slave] * 3
        ends[which] = subprocess.PIPE
        with subprocess.Popen(
            [*COMMAND],
            **dict(zip(("stdin", "stdout", "stderr"), ends, strict=True)),  # type: ignore[call-overload]
            env={**os.environ, **server.local(SARAH)},
            start_new_session=True,
        ) as program:  # the terminal is read meanwhile: a full one keeps everybody who writes to it waiting
            console.until(lambda: program.poll() is not None, "the end of the program")
            errors = program.stderr.read() if program.stderr else b""
        assert program.returncode == 2
        said = ("standard input", "standard output", "standard error")[which].encode() + b" is none"
        console.until(lambda: said in errors + console.raw, said.decode())
