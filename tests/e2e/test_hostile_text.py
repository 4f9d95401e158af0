"""Whatever people write, the terminal is sent our own escape sequences only.

Texts go in over REST as anybody could send them, and once more past the server's cleaning, straight into its
database, as if another server had less scruples.
"""

import re
from pathlib import Path

import apsw
import pytest

from tests.e2e.conftest import Server
from tests.e2e.payloads import payloads
from tests.e2e.terminal import ENTER, Console

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
PAGE_UP = "\x1b[5~"
LAST = "the last word"

#: Everything that the console itself says to a terminal.
OURS = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[\d+;\d+H|\x1b\[H|\x1b\[2J"  # where to draw, and the empty first frame
    rb"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1049|2004|2026)[hl]"  # modes
    rb"|\x1b\[(?:>25|<)u|\x1b\[\?20(?:26|48)\$p"  # the keyboard, and what the terminal can do
    rb"|\x1b\]22;(?:default|text|pointer)\x07"  # the mouse's shape
    rb"|\x1b\[2[23];2t|\x1b\]2;((?:\(\d+\) )?deskterm[^\x00-\x1f\x7f]*)\x1b\\"  # the window's title
)
#: Characters that no widget may send: controls, C1, bidi, invisible ones.
FOREIGN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\u2028\u2029\U000e0000-\U000e007f]"
)


def unasked(raw: bytes) -> list[str]:
    """What was sent to the terminal beyond drawing and our own sequences."""
    drawn = OURS.sub(lambda match: match[1] or b"", raw).decode("utf-8")
    return sorted({repr(found) for found in FOREIGN.findall(drawn)})


def read_all(console: Console, first: str) -> None:
    """Page up until `first` is on the screen."""
    for _ in range(300):
        before = len(console.raw)
        console.type(PAGE_UP)
        console.until(lambda at=before: len(console.raw) > at, "an older page")  # type: ignore[misc]
        console.settle()
        if first in console.text:
            return
    raise AssertionError(f"{first} never came; the screen:\n{console.text}")


def poison(server: Server, data: Path, conversation_id: str) -> None:
    """Write every payload into the conversation, its subject and names."""
    sarah, john, dana = (server.token(each) for each in (SARAH, JOHN, DANA))
    texts = list(payloads())
    assert len(texts) > 100
    for text in texts:
        server.say(conversation_id, text, sarah)
    server.call("PATCH", f"/conversations/{conversation_id}", {"subject": "".join(texts[:2])}, dana)
    server.call("PATCH", "/me", {"name": f"John\u202e{texts[88]}"}, john)
    server.say(conversation_id, LAST, sarah)
    raw = apsw.Connection(str(data / "deskterm.db"))
    raw.execute("PRAGMA busy_timeout = 5000")
    for text in texts:
        mark = text[-4:]
        raw.execute("UPDATE message SET body = ? WHERE body LIKE ?", (text, f"%{mark}"))
    raw.execute("UPDATE conversation SET subject = ? WHERE subject LIKE '%M00%'", (texts[52],))
    raw.execute("UPDATE contact SET name = ? WHERE email = ?", (f"\x1b]0;evil\x07{texts[9]}", JOHN))
    raw.close()


@pytest.mark.parametrize(("email", "columns", "rows"), [(SARAH, 120, 36), (JOHN, 80, 24), (DANA, 200, 50)])
def test_only_our_own_sequences_reach_the_terminal(
    server: Server, tmp_path: Path, email: str, columns: int, rows: int
) -> None:
    found = server.call("GET", "/conversations?number=1", token=server.token(DANA))["items"]
    poison(server, tmp_path / "data", found[0]["id"])
    with server.console(email, columns=columns, rows=rows) as console:
        console.sees("connected" if email == JOHN else "live")
        if email != JOHN:
            console.type(ENTER)
        console.sees(LAST)  # perhaps in the list only
        console.settle()
        read_all(console, "M000")
        console.type("\x11")
        assert console.ends() == 0
    assert unasked(console.raw) == []
    assert b"M000" in console.raw


@pytest.mark.parametrize(
    "text", ["\x1b]52;c;ZXZpbA==\x07", "\x1b[6n", "\u202e", "\x9b31m", "\x1b]0;evil\x07"]
)
def test_the_check_finds_what_it_is_for(text: str) -> None:
    assert unasked(b"\x1b[1mM\x1b[0m" + text.encode()) != []
