"""Fewer bytes for the same picture: what Textual sends, without what the terminal has heard already.

Textual writes every piece of text with its whole style before it and a reset after it, and moves the cursor
again for each piece of a line. Over a slow line that is most of what a key costs. Here only differences of
style are sent, none that spaces do not show, of several moves in a row only the last, and of a pane's edge
what changed.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from deskterm.terminal.edges import Edges

if TYPE_CHECKING:
    from textual.driver import Driver

#: A style, a move to an absolute place, the end of a line; all else leaves as it came.
_WORDS = re.compile(r"(\x1b\[[0-9;]*m|\x1b\[[0-9]+;[0-9]+H|\n)")

#: What ends a code that is no colour.
_ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29", "38": "39", "48": "49"}
_RESET = "0"
#: Writes to more rows may be of a whole window, drawn anew whatever happened to the terminal.
_LITTLE = 6
#: Bold, dim, italic and the ink.
_UNSEEN_ON_SPACES = frozenset({"1", "2", "3", "38"})


def thrifty(base: "type[Driver]") -> "type[Driver]":
    """A driver as `base`, that sends less."""

    edges = Edges()

    def write(driver: "Driver", data: str) -> None:
        base.write(driver, rewrite(data, edges))

    return type(f"Thrifty{base.__name__}", (base,), {"write": write})


def rewrite(data: str, edges: Edges | None = None) -> str:
    """What draws the same as `data`, one whole write, in fewer bytes. It ends without a style.

    `edges` are those that the writes before drew, on the same terminal.
    """
    edges = edges or Edges()
    words = _WORDS.split(data)
    little = len({word.partition(";")[0] for word in words[1::2] if word[-1] == "H"}) <= _LITTLE
    sent: list[str] = []
    now, wanted, move = "", "", ""
    for place, word in enumerate(words):
        if not word:
            continue
        if place % 2 == 0:
            move, word = edges.left_out(move, wanted, word, sparing=little)
            if not word:
                continue
            style = wanted if word.strip(" ") else _blank(now, wanted)
            sent += (move, change(now, style), word)
            now, move = style, ""
        elif word[-1] == "m":
            wanted = _following(wanted, word[2:-1])
        else:
            move = move + word if word == "\n" else word
    sent += (move, change(now, ""))
    return "".join(sent)


def _following(style: str, codes: str) -> str:
    """The style after a sequence, as its codes."""
    if codes in ("", _RESET):
        return ""
    if codes.startswith("0;"):
        return codes[2:]
    return f"{style};{codes}" if style else codes


@lru_cache(maxsize=4096)
def _blank(now: str, wanted: str) -> str:
    """A style that looks as `wanted` on spaces, with the ink of `now`: on them it does not show."""
    had, wants = _parts(now), _parts(wanted)
    if (had.keys() | wants.keys()) - _UNSEEN_ON_SPACES - {"48"}:
        return wanted
    ink = [code for kind, code in had.items() if kind != "48"]
    return ";".join([*ink, wants["48"]] if "48" in wants else ink)


@lru_cache(maxsize=4096)
def change(before: str, after: str) -> str:
    """The shortest sequence from the style `before` to the style `after`, both as their codes."""
    had, wants = _parts(before), _parts(after)
    if had == wants:
        return ""
    whole = ";".join([_RESET, *wants.values()]) if wants else _RESET
    ended = dict.fromkeys(_ENDS.get(kind, _RESET) for kind in had if kind not in wants)
    if not wants or _RESET in ended:
        return f"\x1b[{whole}m"
    kept = {kind: code for kind, code in had.items() if _ENDS.get(kind) not in ended}
    begun = [code for kind, code in wants.items() if kept.get(kind) != code]
    return f"\x1b[{min(';'.join([*ended, *begun]), whole, key=len)}m"


@lru_cache(maxsize=4096)
def _parts(style: str) -> dict[str, str]:
    """Codes by what they set: `38` for the ink, `48` for the ground, else the code itself."""
    parts: dict[str, str] = {}
    codes = iter(style.split(";") if style else ())
    for code in codes:
        if code in ("38", "48"):
            space = next(codes, "")
            parts[code] = ";".join([code, space, *(next(codes, "") for _ in range(3 if space == "2" else 1))])
        else:
            parts[_COLOURS.get(code, code)] = code
    return parts


#: The short codes of the terminal's own sixteen colours, and of its usual ones.
_COLOURS = {str(first + each): "38" for first in (30, 90) for each in range(8)}
_COLOURS |= {str(first + each): "48" for first in (40, 100) for each in range(8)}
_COLOURS |= {"39": "38", "49": "48"}
