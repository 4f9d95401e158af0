"""A language that is none: every letter of ours wears a mark, so that what is left bare was forgotten."""

import re
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from deskterm.cli.catalogue import Entry, messages

_BARE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_MARKED = "ÄƁÇĐÉƑĞĤÏĴĶĻṀÑÖƤɊŘŠŢÜṼŴẊŸŽäƀçđéƒğĥïĵķļɱñöƥɋřšţüṽŵẋÿž"
_MARKS = str.maketrans(_BARE, _MARKED)
#: Three letters in a row without a mark.
BARE = re.compile(r"[A-Za-z]{3,}")


def marked(text: str) -> str:
    """`text` in marked letters; the names of what stands in it stay."""
    parts = re.split(r"(\{@?[\w.]+(?::(?:[{}]|[^{}]*))?\})", text)
    return "".join(each if each.startswith("{") else each.translate(_MARKS) for each in parts)


def catalogue(texts: Iterable[Entry]) -> bytes:
    """A compiled catalogue, as `msgfmt` writes it, with all `texts` marked."""
    head = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
    pairs = {"": head}
    for each in texts:
        key = f"{each.one}\0{each.many}" if each.many else each.one
        pairs[key] = f"{marked(each.one)}\0{marked(each.many)}" if each.many else marked(each.one)
    encoded = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    place = 28 + 16 * len(encoded)
    tables: list[bytes] = []
    data = b""
    for column in (0, 1):
        for pair in encoded:
            tables.append(struct.pack("<II", len(pair[column]), place + len(data)))
            data += pair[column] + b"\0"
    first = struct.pack("<7I", 0x950412DE, 0, len(encoded), 28, 28 + 8 * len(encoded), 0, place)
    return first + b"".join(tables) + data


@cache
def whole_catalogue() -> bytes:
    """All that there is to translate, marked; read from the sources once, as that takes a second."""
    return catalogue(messages())


def keep(folder: Path, language: str, content: bytes) -> None:
    """Put a catalogue where settings in `folder` find it."""
    place = folder / "locale" / language / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    (place / "deskterm.mo").write_bytes(content)
