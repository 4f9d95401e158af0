"""Words as they are searched for: case, accents and width do not matter, and Chinese needs no spaces."""

import re
import unicodedata

#: Scripts that write words without spaces: each of their characters is a word of its own.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
_WORD = re.compile(r"[^\W_]+")


def plain(text: str) -> str:
    """The words of a text with a space around each: one that goes on is found with the space before it."""
    return f" {' '.join(searchable(text))} "


def searchable(text: str) -> list[str]:
    """The words of a text, in their order."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in folded if not unicodedata.combining(each))
    return _WORD.findall(_UNSPACED.sub(r" \1 ", unicodedata.normalize("NFC", bare)))
