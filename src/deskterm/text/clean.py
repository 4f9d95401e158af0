"""Cleaning text once, when it comes in: what the server keeps is free of control characters.

Showing has its own, stricter rules (`deskterm.text.safe`), applied to everything again.
"""

import re

_DIRTY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAK = re.compile(r"\s*[\n\t]\s*")


def clean(value: str) -> str:
    """`value` as it may be stored: of all control characters only LF and tab remain.

    CR, CRLF and the Unicode line and paragraph separators become LF, a lone surrogate becomes U+FFFD,
    and every other control character (C0, DEL, C1) is dropped. Nothing is trimmed.
    """
    if not _DIRTY.search(value):
        return value
    value = _DROPPED.sub("", value)
    value = _LINE_END.sub("\n", value)
    return _SURROGATE.sub("\ufffd", value)


def clean_line(value: str) -> str:
    """`clean` for a single line (subject, name, tag): line ends and tabs become a space, ends stripped."""
    return _BREAK.sub(" ", clean(value)).strip()
