"""What reaches the terminal of a text (deskterm.text.safe)."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.text.safe import safe, safe_line, safe_name
from deskterm.text.width import cells
from tests.text.strategies import texts

SHOWN = [
    # controls become visible
    ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
    ("\x1b[2Jgone", "␛[2Jgone"),
    ("\x00\x7f", "␀␡"),
    ("\x9b31m \x90 \x9d", "␛[31m ␛P ␛]"),
    ("over\rwrite", "over␍write"),
    ("two\r\nlines\nmore\u2028end\u2029", "two\nlines\nmore\nend\n"),
    ("a\tb", "a   b"),
    ("abcd\te", "abcd    e"),
    # bidi controls become markers
    ("photo\u202egpj.exe", "photo‹RLO›gpj.exe"),
    ("\u202a\u202b\u202c\u202d", "‹LRE›‹RLE›‹PDF›‹LRO›"),
    ("\u2066\u2067\u2068\u2069", "‹LRI›‹RLI›‹FSI›‹PDI›"),
    ("\u200e\u200f\u061c", "‹LRM›‹RLM›‹ALM›"),
    # invisible characters go
    ("pay\u200bpal\ufeff\u2060\u00ad\u180e", "paypal"),
    ("tags\U000e0041\U000e0042\U000e007f", "tags"),
    ("blank \u3164\uffa0 name", "blank  name"),
    # joiners stay where they are needed
    ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
    ("👍🏽", "👍🏽"),
    ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("क्\u200dष", "क्\u200dष"),
    ("ad\u200dmin \u200cx\ufe0f", "admin x"),
    ("\u200d👧", "👧"),
    ("👧\u200d", "👧"),
    ("👨\u200d\u200d👧\ufe0f\ufe0f", "👨\u200d👧\ufe0f"),
    # marks
    ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\u0301"),
    ("z" + "\u0300" * 50 + "a\u0327", "z" + "\u0300" * 4 + "a\u0327"),
    ("\u0301leads", "◌\u0301leads"),
    ("line\n\u0301leads", "line\n◌\u0301leads"),
    ("\u1112\u1161\u11ab" + "\u1161" * 9, "\u1112\u1161\u11ab\u1161\u1161"),
    # surrogates
    ("\ud83d", "\ufffd"),
    # nothing to do
    ("", ""),
    ("[link=https://x]not markup[/]", "[link=https://x]not markup[/]"),
    ("naïve Ελληνικά русский 請求書 한국어 🎉 – “x”…", "naïve Ελληνικά русский 請求書 한국어 🎉 – “x”…"),
]


@pytest.mark.parametrize(("written", "shown"), SHOWN)
def test_safe(written: str, shown: str) -> None:
    assert safe(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (" Cannot\n log\tin ", "Cannot log in"),
        ("\u200b \u200c spaced \u200c", "spaced"),
        (" \u0301x \u200c", "◌\u0301x"),
        ("⚠\ufe0f down 👍🏽 👨\u200d👩", "⚠ down 👍 👨👩"),
        ("\x1b[31mred\r\nnext", "␛[31mred next"),
        ("x" * 121, "x" * 119 + "…"),
        ("中" * 61, "中" * 59 + "…"),
        ("x" * 120, "x" * 120),
    ],
)
def test_safe_line(written: str, shown: str) -> None:
    assert safe_line(written) == shown


def test_safe_line_without_limit_is_whole() -> None:
    assert safe_line("x" * 500, None) == "x" * 500


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ana Souza", "Ana Souza"),
        ("Supp\u043ert", "⚠ Supp\u043ert"),
        ("\u0391dmin", "⚠ \u0391dmin"),
        ("p\u0301\u0430y", "⚠ p\u0301\u0430y"),
        ("Иван (Ivan)", "Иван (Ivan)"),
        ("Ωμέγα", "Ωμέγα"),
        ("株式会社ABC", "株式会社ABC"),
        ("José-Müller", "José-Müller"),
    ],
)
def test_safe_name(written: str, shown: str) -> None:
    assert safe_name(written) == shown


def test_the_warning_survives_cropping() -> None:
    assert safe_name("A" * 40 + "\u043e", 10) == "⚠ AAAAAAA…"


def test_no_invisible_character_is_left() -> None:
    ranges = [(0x180B, 0x180F), (0x2060, 0x2064), (0x206A, 0x206F), (0xFE00, 0xFE0E), (0xFFF0, 0xFFFB)]
    ranges += [(0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)]
    single = [0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x200B, 0x3164, 0xFEFF, 0xFFA0]
    for code in [*single, *(code for first, last in ranges for code in range(first, last + 1))]:
        assert safe(f"a{chr(code)}b") == "ab", hex(code)


def test_no_single_character_gets_through_as_a_control() -> None:
    allowed = ("\n", "\u200c", "\u200d")
    for code in range(sys.maxunicode + 1):
        for shown in safe(chr(code)):
            assert shown in allowed or unicodedata.category(shown) not in ("Cc", "Cs", "Zl", "Zp"), hex(code)


@pytest.mark.parametrize("function", [safe, safe_line, safe_name])
@given(text=texts)
def test_twice_is_once(function: Callable[[str], str], text: str) -> None:
    once = function(text)
    assert function(once) == once


@given(texts)
def test_nothing_of_a_safe_text_controls_a_terminal(text: str) -> None:
    shown = safe(text)
    assert not {c for c in shown if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n"}
    assert not {c for c in shown if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF")}
    assert not {c for c in shown if unicodedata.bidirectional(c) in ("LRI", "RLI", "FSI", "PDI")}
    assert all(cells(line) >= 0 for line in shown.split("\n"))
    shown.encode()


@given(texts)
def test_marks_never_pile_up(text: str) -> None:
    marks = 0
    for character in safe(text):
        if character not in "\u200c\u200d\ufe0f":
            marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        assert marks <= 4


@given(texts, st.integers(0, 40))
def test_a_line_is_one_line_of_at_most_its_limit(text: str, limit: int) -> None:
    for line in (safe_line(text, limit), safe_name(text, limit)):
        assert len(line.splitlines()) <= 1
        assert cells(line) <= limit
        assert line == safe_line(line, limit)
