"""Hostile text on every screen but the thread: panels, pickers, fields, the title, notifications.

The server's own tables hold it, local files hold it, the environment holds it, and it is pasted into fields.
"""

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.hostile import COPIED, DENSE, TOLD, evil, pasted, poison_messages, poison_rows, unasked
from tests.e2e.terminal import ENTER, Console, ctrl

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
F2, F3, F4, F6, F7, F9 = "\x1b[12~", "\x1b[13~", "\x1b[14~", "\x1b[17~", "\x1b[18~", "\x1b[20~"
LOOKS_AWAY = "\x1b[O"


class Walk:
    """Goes from screen to screen of a console."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def to(self, keys: str, *words: str) -> None:
        """Press keys, and wait for what they show."""
        self.console.type(keys)
        self.console.sees(*words)
        self.console.settle()

    def back(self, *words: str) -> None:
        """Press Escape where `words` are, and wait until they are gone."""
        self.console.until(lambda: any(each in self.console.text for each in words), f"any of {words}")
        self.console.type("\x1b")
        self.console.sees_no(*words)
        self.console.settle()

    def ends(self) -> None:
        """Quit."""
        self.console.type(ctrl("q"))
        assert self.console.ends() == 0


@pytest.fixture
def data(server: Server, tmp_path: Path) -> Path:
    """The server's data, with canned replies; everybody is signed in before it is poisoned."""
    dana = server.token(DANA)
    for number in range(3):
        reply = {
            "shortcut": f"r{number}",
            "title": f"Reply {number}",
            "body": f"Hi {{contact.name}}, {{b{number}}}",
        }
        server.call("POST", "/canned-replies", {"visibility": "shared", **reply}, dana)
    return tmp_path / "data"


def poisoned(server: Server, data: Path, email: str) -> dict[str, str]:
    """The environment of somebody on a desk where every text attacks."""
    environ = server.local(email)
    poison_rows(data)
    poison_messages(data)
    return environ


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_agents_panels_and_fields(server: Server, data: Path, size: tuple[int, int]) -> None:
    columns, rows = size
    environ = poisoned(server, data, DANA)
    with Console([], columns=columns, rows=rows, environ=environ) as console:
        walk = Walk(console)
        walk.to("", "live", "subject")
        walk.to(ENTER, "needle")
        walk.to("g;", "Canned replies", "title", "shortcut")
        walk.to(F4, "Shortcut", "Title", "body")
        walk.to(pasted(f"there {DENSE} and here"), "and here")
        walk.to("\x1b", "Not saved.")
        walk.back("Esc leave")
        walk.back("Canned replies")
        walk.to("a", "Esc cancel", "name")
        walk.to(pasted(evil("who")), "Nothing matches.")
        walk.back("Esc cancel")
        walk.to("t", "Tags of #", "tag")
        walk.back("Esc cancel")
        walk.to("c", "Write to", "email")
        walk.back("Esc cancel")
        walk.to("/", "search this conv")
        walk.to(pasted(evil("needle")), "nothing found")
        walk.back("nothing found")
        walk.to("/needle", " of ")
        walk.back(" of ")
        console.type(F2)
        console.until(lambda: re.search("^a[─━] ", console.text, re.M) is not None, "letters to jump")
        walk.back("a─ ", "a━ ")
        walk.to("}" + ENTER, "Message of", "Copy its text")
        walk.to("Details" + ENTER, "Written", "Length")
        walk.back("Written")
        walk.to("L", "Esc cancel", "e.example")
        walk.back("Esc cancel")
        walk.to("i", "tag")
        walk.to("go", "Devices", "name")
        walk.to("Devices" + ENTER, "user_agent")
        walk.back("user_agent")
        walk.to("?", "Help", "search help")
        walk.to("/", "Help")
        walk.to(pasted(evil("help")), "Nothing is called so.")
        walk.ends()
    assert unasked(console.raw) == []


def test_a_paste_presses_no_keys(server: Server, data: Path) -> None:
    with server.console(SARAH) as console:
        walk = Walk(console)
        walk.to("", "live")
        walk.to(
            "r" + pasted(f"begin {DENSE}\x1bX{ctrl('s')}\x1b{ctrl('q')} end"), "begin ␛]0;e␇␛[5m‹RLO›", " end"
        )
        walk.ends()
    messages = server.call("GET", "/conversations?assignee=me", token=server.token(SARAH))["items"]
    assert all("begin" not in each["preview"] for each in messages)
    assert unasked(console.raw) == []


def test_filling_in_a_canned_reply(server: Server, data: Path) -> None:
    with Console([], environ=poisoned(server, data, DANA)) as console:
        walk = Walk(console)
        walk.to("", "live", "subject")
        walk.to("r" + ctrl("r"), "Canned replies", "shortcut")
        walk.to(ENTER, "as ", "body")
        walk.to(pasted(evil("more")), "more")
        walk.ends()
    assert unasked(console.raw) == []


def test_what_is_copied_is_told_safely(server: Server, data: Path) -> None:
    with Console([], environ=poisoned(server, data, DANA)) as console:
        walk = Walk(console)
        walk.to("", "live", "subject")
        walk.to(ENTER, "body")
        for keys, what in (("ym", "message"), ("yt", "number"), ("yu", "link"), ("ye", "address")):
            walk.to(keys, "Copied", what)
        walk.ends()
    assert unasked(console.raw, COPIED) == []
    assert len(COPIED.findall(console.raw)) == 4


def test_title_and_notifications(server: Server, data: Path) -> None:
    john, here = (
        server.token(JOHN),
        server.call("GET", "/portal/conversation", token=server.token(JOHN))["id"],
    )
    with Console([], environ=poisoned(server, data, SARAH)) as console:
        walk = Walk(console)
        walk.to("", "live", "subject")
        console.type(LOOKS_AWAY)
        console.settle()
        server.say(here, f"]0;x {DENSE} look here", john)
        console.until(lambda: b"look here\x1b\\" in console.raw, "a notification")
        walk.ends()
    assert b"\x1b]2;(" in console.raw
    assert unasked(console.raw, TOLD) == []


def test_customers_panels_and_fields(server: Server, data: Path) -> None:
    with Console([], columns=80, rows=24, environ=poisoned(server, data, JOHN)) as console:
        walk = Walk(console)
        walk.to("", "connected", "needle")
        walk.to(pasted(evil("typed")), "typed")
        walk.to(F3, "requests")
        walk.back("Esc c")
        walk.to(F4, "name")
        walk.back("Esc c")
        walk.to(ctrl("r"), "search this conv")
        walk.to(pasted(evil("search")), "nothing found")
        walk.back("nothing found")
        walk.to(ctrl("p"), "Commands")
        walk.to(pasted(evil("verb")), "Nothing matches.")
        walk.ends()
    assert unasked(console.raw) == []
