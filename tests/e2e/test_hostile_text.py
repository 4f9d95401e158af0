"""Whatever people write, the terminal is sent our own escape sequences only.

Texts go in over REST as anybody could send them, and once more past the server's cleaning, straight into its
database, as if another server had less scruples.
"""

from pathlib import Path

import apsw
import pytest

from tests.e2e.conftest import Server
from tests.e2e.hostile import unasked
from tests.e2e.payloads import payloads
from tests.e2e.terminal import ENTER, Console

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
PAGE_UP = "\x1b[5~"
FIRST, LAST = "Exporting our October invoices", "the last word"


def read_all(console: Console) -> None:
    """Page up to the beginning."""
    for _ in range(300):
        before = len(console.raw)
        console.type(PAGE_UP)
        console.until(lambda at=before: len(console.raw) > at, "an older page")  # type: ignore[misc]
        console.settle()
        if FIRST in console.text:  # stays there, whatever else moves meanwhile
            return
    raise AssertionError(f"the beginning never came; the screen:\n{console.text}")


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
        assert FIRST not in console.text
        read_all(console)
        console.type("\x11")
        assert console.ends() == 0
    assert unasked(console.raw) == []


@pytest.mark.parametrize(
    "text", ["\x1b]52;c;ZXZpbA==\x07", "\x1b[6n", "\u202e", "\x9b31m", "\x1b]0;evil\x07"]
)
def test_the_check_finds_what_it_is_for(text: str) -> None:
    assert unasked(b"\x1b[1mM\x1b[0m" + text.encode()) != []
