"""What is typed before the console can draw: nothing is lost or lands where it was not meant for."""

import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.gate import Gate, gate
from tests.e2e.payloads import payloads
from tests.e2e.terminal import ENTER, ESCAPE, Console, ctrl

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"
TEXT = "All of it, to the last letter"
FIRST_FRAME = b"\x1b[?1049h"


def at_the_gate(console: Console, closed: Gate) -> None:
    """The first frame is there, Textual is not."""
    console.until(lambda: FIRST_FRAME in console.raw and closed.reached, "the first frame")
    assert b"\x1b[?2004h" not in console.raw


@pytest.mark.parametrize("seen", [False, True], ids=["first-time", "with-a-page-as-last-seen"])
def test_a_reply_typed_blindly_is_whole_and_in_its_conversation(
    server: Server, tmp_path: Path, seen: bool
) -> None:
    if seen:
        with server.console(SARAH) as before:
            before.sees("Alice Brown", "live")
            before.type(ctrl("q"))
            assert before.ends() == 0
    closed = gate(tmp_path)
    with server.console(SARAH, also=closed.environ) as console:
        console.type("jr")
        at_the_gate(console, closed)
        console.type(TEXT + ctrl("t") + "and a note")
        closed.open()
        console.sees("Alice Brown", "internal note", "and a note", "live")
        assert TEXT not in console.text
        console.type(ctrl("t"))
        console.sees("Reply to Alice Brown", TEXT)
        assert "and a note" not in console.text


def test_a_customers_question_typed_blindly_is_sent(server: Server, tmp_path: Path) -> None:
    closed = gate(tmp_path)
    with server.console(JOHN, columns=80, rows=24, also=closed.environ) as console:
        at_the_gate(console, closed)
        console.type("quick: any news, Sarah?" + ENTER + "more")
        closed.open()
        console.sees("quick: any news, Sarah?", "✓", "more", "connected")


def test_what_was_meant_for_a_conversation_never_becomes_a_password(server: Server, tmp_path: Path) -> None:
    closed = gate(tmp_path)
    environ = {"DESKTERM_SERVER": server.url, "DESKTERM_TOKEN": "dk_s_" + "x" * 43, **closed.environ}
    with Console([], environ=environ, columns=80, rows=24) as console:
        at_the_gate(console, closed)
        console.type("rsecret words")
        closed.open()
        console.sees("Your session has ended. Sign in again.", "Password")
        console.type("me@")
        console.sees("me@")
        assert "secret" not in console.text
        assert "•" not in console.text


def test_keys_that_stop_programs_do_not_stop_one_that_has_drawn(server: Server, tmp_path: Path) -> None:
    closed = gate(tmp_path)
    with server.console(SARAH, also=closed.environ) as console:
        at_the_gate(console, closed)
        console.type(ctrl("z") + "\x1c" + "j")
        closed.open()
        console.sees("live", "▌   Pricing for a team of 25")


def test_an_interrupt_while_it_starts_ends_it_without_a_trace(server: Server, tmp_path: Path) -> None:
    closed = gate(tmp_path)
    with server.console(SARAH, also=closed.environ) as console:
        at_the_gate(console, closed)
        console.type(ctrl("c"))
        assert console.ends() == 128 + signal.SIGINT
        assert "Traceback" not in console.text
        assert console.modes == console.modes_before
        assert b"\x1b[?1049l" in console.raw


def test_nothing_that_is_pasted_acts_as_a_key(server: Server) -> None:
    with server.console(SARAH) as console:
        console.sees("Alice Brown", "live")
        everything = "".join(payloads()).replace("\x1b[201~", "")
        console.type(f"\rr\x1b[200~{everything}\x1b[201~ The-end")
        console.sees("The-end", "Reply to")
        console.type(ctrl("u") + ESCAPE)
        console.sees("Esc back")


def test_a_customers_two_messages_in_one_burst_are_two(server: Server) -> None:
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("connected")
        console.type("first one\rsecond one\rand a third")
        console.sees("first one", "second one", "and a third", "✓")
        console.until(lambda: console.text.count("You") >= 2, "two messages")


def test_escape_and_what_is_typed_right_behind_it(server: Server) -> None:
    with server.console(SARAH) as console:
        console.sees("Alice Brown", "live")
        console.type("rhalf a reply\x1bnA note that is longer than thirty-two characters" + ctrl("s"))
        console.sees("internal note", "A note that is longer than thirty-two characters")
        console.type("\x1b:priority\rlow\r")
        console.sees("low priority")
