"""Catalogues are files of others: one that is damaged is none, and its texts reach the screen safely."""

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from deskterm.text import words


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    words.use("en", {}, [])


def catalogue(texts: Mapping[bytes, bytes]) -> bytes:
    """A compiled catalogue with these texts, as they are."""
    keys = values = b""
    places: list[tuple[int, int, int, int]] = []
    for key, value in sorted(texts.items()):
        places.append((len(key), len(keys), len(value), len(values)))
        keys, values = keys + key + b"\0", values + value + b"\0"
    first = 28 + 16 * len(places)
    table = [number for each in places for number in (each[0], first + each[1])]
    table += [number for each in places for number in (each[2], first + len(keys) + each[3])]
    head = struct.pack("<7I", 0x950412DE, 0, len(places), 28, 28 + 8 * len(places), 0, 0)
    return head + struct.pack(f"<{len(table)}I", *table) + keys + values


def keep(folder: Path, language: str, content: bytes) -> None:
    place = folder / language / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "deskterm.mo").write_bytes(content)


UTF8 = b"Content-Type: text/plain; charset=utf-8\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xde\x12\x04\x95\0\0", id="cut"),
        pytest.param(b"no catalogue at all, but some text", id="text"),
        pytest.param(struct.pack("<7I", 0x950412DE, 0, 2**30, 28, 28, 0, 0), id="a billion texts"),
        pytest.param(catalogue({b"": b"Content-Type: text/plain; charset=nonsense\n"}), id="charset"),
        pytest.param(catalogue({b"": b"Plural-Forms: nplurals=2\n"}), id="plurals"),
        pytest.param(
            catalogue({b"": UTF8 + b"Plural-Forms: nplurals=2; plural=" + b"(" * 5000}), id="brackets"
        ),
        pytest.param(catalogue({b"": UTF8, b"Reply": b"\xff\xff"}), id="no UTF-8"),
    ],
)
def test_a_damaged_catalogue_is_none(tmp_path: Path, content: bytes) -> None:
    keep(tmp_path, "xx", content)
    assert words.use("xx", {}, [tmp_path]) is False
    assert words.tr("Reply") == "Reply"


def test_what_a_catalogue_says_sends_nothing_to_the_terminal(tmp_path: Path) -> None:
    evil = "\x1b]52;c;ZXZpbA==\x07\x1b[31m\u202erm -rf\u200b".encode()
    keep(tmp_path, "xx", catalogue({b"": UTF8, b"Reply": evil, b"Assign": b"Zuweisen"}))
    assert words.use("xx", {}, [tmp_path]) is True
    assert words.tr("Assign") == "Zuweisen"
    assert not set(words.tr("Reply")) & set("\x1b\x07\u202e\u200b")
