"""Characters that join or stand on others: which of them a text may keep (rules 3 and 4 of `safe`)."""

import re
import unicodedata

#: Combining marks on one character; real scripts need three, stacks of them overflow into other lines.
MOST_MARKS = 4

_ZWNJ, _ZWJ, _VS16 = "\u200c", "\u200d", "\ufe0f"
_JOINERS = frozenset((_ZWNJ, _ZWJ, _VS16))
#: Signs that keyboards type as they type letters, though nothing is seen of them.
TYPED_JOINERS = frozenset((_ZWNJ, _ZWJ))
_DOTTED_CIRCLE = "\u25cc"

#: Arabic, Syriac, N'Ko, Indic, Tibetan, Khmer, Mongolian: scripts whose spelling uses ZWJ and ZWNJ.
#: These and those of `safe` are compiled when a text first needs them, which most never do.
_JOINING_SCRIPT = (
    "[\u0620-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u18aa\ua840-\ua877\ufb50-\ufdff"
    "\ufe70-\ufefc]"
)
_EMOJI = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    "\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_KEYCAP = frozenset("#*0123456789")


def settle(value: str) -> str:
    """`value` without joiners out of place and without combining marks beyond the fourth on one character.

    A mark without a character to stand on, which would settle on whatever is drawn before it, gets `◌`.
    """
    kept: list[str] = []
    marks = 0
    for index, character in enumerate(value):
        before = kept[-1] if kept else "\n"
        if character in _JOINERS:
            if _belongs(character, before, value, index):
                kept.append(character)
        elif _is_mark(character):
            if before in "\n\t":
                kept.append(_DOTTED_CIRCLE)
            marks += 1
            if marks <= MOST_MARKS:
                kept.append(character)
        else:
            marks = 0
            kept.append(character)
    return "".join(kept)


def _belongs(joiner: str, before: str, value: str, index: int) -> bool:
    if joiner == _VS16:
        return before in _KEYCAP or _is_emoji(before)
    if re.match(_JOINING_SCRIPT, before):
        return True
    return joiner == _ZWJ and (before == _VS16 or _is_emoji(before)) and _is_emoji(_next(value, index))


def _next(value: str, index: int) -> str:
    """The first character after `index` that is no joiner itself, or nothing."""
    return next((character for character in value[index + 1 : index + 4] if character not in _JOINERS), "")


def _is_emoji(character: str) -> bool:
    return re.match(_EMOJI, character) is not None


def _is_mark(character: str) -> bool:
    """Whether `character` stands on the one before it; the vowels and finals of Hangul syllables do, too."""
    if "\u1161" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7fb":
        return True
    return character > "\u02ff" and unicodedata.category(character) in ("Mn", "Me")
