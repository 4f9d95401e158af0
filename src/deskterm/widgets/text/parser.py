"""Markdown as people write it in messages: which of its signs count, so that nothing gets lost.

Left out on purpose: HTML; backslash escapes (`C:\\\\*`), entities, link definitions and headings
underlined with dashes (signatures), because they would swallow signs; indented code, because logs are pasted
indented; emphasis inside of words and numbers (`2*3*4`), and by double underscores (`__init__`). Line ends
and indents stay as written.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_INLINE = re.compile(r"[*_`~\[<]")
#: A text with more signs than these is shown as it was written: somebody wants to keep the console busy.
_MOST_SIGNS, _MOST_CELLS, _MOST_DEPTH = 1_000, 2_000, 24
_UNUSED = ("code", "lheading", "reference", "html_block", "entity", "escape", "newline", "html_inline")


def parse(text: str) -> list[Token]:
    """The tokens of a text that was made safe; none where it is better shown as it was written."""
    if len(_INLINE.findall(text)) > _MOST_SIGNS:
        return []
    tokens = _parser(tables=_cells(text) <= _MOST_CELLS).parse(text)
    return [] if any(each.level > _MOST_DEPTH for each in tokens) else tokens


def _cells(text: str) -> int:
    """How many cells a table in this text has at the most: a line without bars is a row of empty cells."""
    lines = [each.count("|") for each in text.split("\n") if each.strip()]
    return (max(lines, default=0) + 1) * len(lines) if any(lines) else 0


@cache
def _parser(*, tables: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 4 * _MOST_DEPTH})
    parser.enable(["strikethrough", *(["table"] if tables else [])]).disable(_UNUSED)
    parser.inline.ruler.before("emphasis", "sign_in_word", sign_in_word)
    return parser


def sign_in_word(state: StateInline, silent: bool) -> bool:
    """Stars between letters or digits are stars, and double underscores are underscores, as in `__init__`."""
    source, start = state.src, state.pos
    sign, end = source[start], start
    if sign not in "*_":  # most signs are others, and counting on over all that follow would take ages
        return False
    while end < state.posMax and source[end] == sign:
        end += 1
    before, after = source[max(start - 1, 0) : start], source[end : end + 1]
    inside = sign == "*" and before.isalnum() and after.isalnum()
    if not inside and not (sign == "_" and end - start > 1):
        return False
    if not silent:
        state.pending += source[start:end]
    state.pos = end
    return True
