"""What may reach a terminal, and a desk whose every text attacks it, as a damaged database may hold them."""

import json
import re
from contextlib import closing
from pathlib import Path

import apsw

from tests.e2e.payloads import payloads

#: Everything that the console itself says to a terminal.
OURS = re.compile(
    rb"\x1b\[[0-9;:]*m"  # colours
    rb"|\x1b\[\d+;\d+H|\x1b\[H|\x1b\[2J"  # where to draw, and the empty first frame
    rb"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1049|2004|2026)[hl]"  # modes
    rb"|\x1b\[(?:>25|<)u|\x1b\[\?20(?:26|48)\$p"  # the keyboard, and what the terminal can do
    rb"|\x1b\]22;(?:default|text|pointer)\x07"  # the mouse's shape
    rb"|\x1b\]12;#[0-9A-F]{6}\x1b\\|\x1b\]112\x1b\\"  # the cursor's colour; a payload's is in small letters
    rb"|\x1b\]8;id=[-\d]+;https?://[!-~]+?\x1b\\|\x1b\]8;;\x1b\\"  # links, which say where they lead
    rb"|\x1b\[2[23];2t|\x1b\]2;((?:\(\d+\) )?deskterm[^\x00-\x1f\x7f]*)\x1b\\"  # the window's title
)
#: Copying, where it was asked for, and telling somebody who looks elsewhere.
COPIED = re.compile(rb"\x1b\]52;c;[A-Za-z0-9+/=]*\x07")
TOLD = re.compile(rb"\x1b\]9;(deskterm: [^\x00-\x1f\x7f]*)\x1b\\|\x07")
#: Characters that no widget may send: controls, C1, bidi, invisible ones.
FOREIGN = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\u2028\u2029\U000e0000-\U000e007f]"
)
#: One of each kind in few letters, for places that show the beginning of a text; then the place's own name.
DENSE = "\x1b]0;e\x07\x9b5m\u202e\r\n\x85\u200b\U000e0041\x08\x7f[b]"
PASTE, PASTED = "\x1b[200~", "\x1b[201~"

_TEXTS = {
    "organization": ("name",),
    "user_account": ("name",),
    "persona": ("name", "title", "initials"),
    "contact": ("name", "email", "phone", "company"),
    "conversation": ("subject", "page_url", "referrer", "escalated_reason", "preview", "public_preview"),
    "ticket": ("subject", "description"),
    "assignment": ("explanation",),
    "session": ("user_agent", "ip"),
    "canned_reply": ("shortcut", "title", "body"),
    "draft": ("body",),
}


def unasked(raw: bytes, *also: re.Pattern[bytes]) -> list[str]:
    """What was sent to the terminal beyond drawing, our own sequences, and what was asked for `also`."""
    drawn = raw
    for each in (OURS, *also):
        drawn = each.sub(lambda match: match[1] or b"" if match.re.groups else b"", drawn)
    return sorted({repr(found) for found in FOREIGN.findall(drawn.decode("utf-8"))})


def evil(name: str) -> str:
    """A text that attacks and can be found on a screen by `name`."""
    return f"{name}{DENSE}{name}"


def pasted(text: str) -> str:
    """Keys that paste `text`."""
    return f"{PASTE}{text}{PASTED}"


def poison_rows(data: Path) -> None:
    """Replace every text that people see by one that attacks; each begins with the name of its column."""
    with closing(apsw.Connection(str(data / "deskterm.db"))) as raw:
        raw.execute("PRAGMA busy_timeout = 5000")
        for table, columns in _TEXTS.items():
            for column in columns:
                name = f"'{column}' || rowid ||" if column == "shortcut" else f"'{column}' ||"
                raw.execute(
                    f"UPDATE {table} SET {column} = {name} :evil WHERE {column} IS NOT NULL",
                    {"evil": f"{DENSE}{column}"},
                )
        raw.execute(
            "UPDATE conversation SET tags = :tags, page_url = :link, referrer = :link, "
            "escalated_reason = :evil",
            {
                "tags": json.dumps([evil("tag")]),
                "link": f"https://e.example/{evil('url')}",
                "evil": evil("why"),
            },
        )


def poison_messages(data: Path) -> None:
    """Replace the bodies of messages by payloads and links that attack."""
    texts = list(payloads())
    with closing(apsw.Connection(str(data / "deskterm.db"))) as raw:
        raw.execute("PRAGMA busy_timeout = 5000")
        rows = [row for (row,) in raw.execute("SELECT rowid FROM message ORDER BY rowid")]
        for number, row in enumerate(rows):
            some = "\n".join(texts[number :: len(rows)])
            body = f"needle {evil('body')} https://e.example/{DENSE} {some}"
            raw.execute("UPDATE message SET body = ? WHERE rowid = ?", (body, row))
