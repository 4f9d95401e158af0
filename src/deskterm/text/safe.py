"""Making text safe to show: the one choke point between what people wrote and the terminal.

Terminals obey what they are sent, and Textual passes escape sequences, C1 controls and bidi overrides of any
widget on to them. So every string that is shown anywhere goes through here: message bodies, names, subjects,
tags, file names, link targets, server error text, window titles, command output, log lines. Rules:

1. Control characters become visible: ESC as `␛`, DEL as `␡`, a C1 control as `␛` and a letter. Only LF stays.
2. Bidi controls become visible markers such as `‹RLO›`: they could show a file name backwards.
3. Invisible characters are removed; ZWJ, ZWNJ and VS16 stay where a script or an emoji needs them.
4. At most four combining marks stand on one character, and none without a character to stand on.
5. Lone surrogates, which cannot be encoded, become U+FFFD.

Each function is idempotent, so that nobody has to know whether a text has been here before.
"""

import re

from deskterm.text.marks import settle
from deskterm.text.width import crop

#: Cells a name or subject may take at most.
LINE_CELLS = 120
TAB_SIZE = 4

_BIDI = {
    0x061C: "ALM",
    0x200E: "LRM",
    0x200F: "RLM",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
}

#: Default-ignorable and format characters: they take no cell, or fool whoever counts cells or compares names.
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0e"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CONTROL = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
_REPLACED = re.compile(f"\r\n|[{_CONTROL}{_INVISIBLE}{''.join(map(chr, _BIDI))}]")

#: Characters of the most common scripts that no rule touches; a text of these alone is safe as it is.
_HARMLESS = (
    "[\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u202f-\u205f\u20a0-\u20c0"
    "\u2100-\u2bff\u3000-\u3029\u3030-\u3096\u309b-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001faff]*"
)

_ROW_DECORATION = re.compile("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]")
_BREAK = re.compile(r"\s*[\n\t]\s*")
_ENDS = re.compile(r"^[\s\u200c]+|[\s\u200c]+$")

_WARNING = "⚠ "
_WORD = r"[^\W\d_](?:[\u0300-\u036f\u200c]*[^\W\d_])*"  # a mark does not end a word
_ALPHABETS = (
    "[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a]",  # Latin
    "[\u0370-\u03ff\u1f00-\u1fff]",  # Greek
    "[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]",  # Cyrillic
    "[\u0531-\u058a]",  # Armenian
    "[\u13a0-\u13ff\uab70-\uabbf]",  # Cherokee
)


def safe(value: str) -> str:
    """`value` as it may be shown on several lines; a tab becomes spaces up to the next fourth column."""
    if _is_harmless(value):
        return value
    return settle(_REPLACED.sub(_replacement, value)).expandtabs(TAB_SIZE)


def safe_line(value: str, limit: int | None = LINE_CELLS) -> str:
    """`value` as it may be shown on one line of at most `limit` cells, cut with `…`; None sets no limit.

    Line ends and tabs become one space. VS16, ZWJ and skin tones are left out: terminals and the layout
    disagree about their width, which would break the columns of a row.
    """
    if not (value.isascii() and value.isprintable()):
        shown = _ROW_DECORATION.sub("", _REPLACED.sub(_replacement, value))
        value = settle(_BREAK.sub(" ", _ENDS.sub("", shown)))
    value = value.strip()
    return value if limit is None else crop(value, limit)


def safe_name(value: str, limit: int | None = LINE_CELLS) -> str:
    """`safe_line` of somebody's name, with `⚠ ` before it if one word mixes alphabets that look alike.

    "Support" with a Cyrillic о passes for the real one; "Иван (Ivan)", one alphabet per word, does not.
    """
    line = safe_line(value, None)
    if not line.isascii() and _mixes_alphabets(line) and not line.startswith(_WARNING):
        line = _WARNING + line
    return line if limit is None else crop(line, limit)


def _is_harmless(value: str) -> bool:
    if value.isascii() and value.isprintable():
        return True
    return re.fullmatch(_HARMLESS, value) is not None


def _replacement(match: re.Match[str]) -> str:
    found = match[0]
    code = ord(found[-1])
    if found == "\r\n" or code in (0x2028, 0x2029):
        return "\n"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if code < 0xA0:
        return "␛" + chr(code - 0x40)  # what a C1 control is short for: CSI is ESC [
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"‹{_BIDI[code]}›" if code in _BIDI else ""


def _mixes_alphabets(line: str) -> bool:
    return any(
        sum(1 for letters in _ALPHABETS if re.search(letters, word)) > 1 for word in re.findall(_WORD, line)
    )
