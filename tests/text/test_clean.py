"""What the server keeps of a text (deskterm.text.clean)."""

import unicodedata

import pytest
from hypothesis import given

from deskterm.text.clean import clean, clean_line
from tests.text.strategies import texts


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("  not trimmed \n", "  not trimmed \n"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\r\r\nb", "a\n\nb"),
        ("a\r\x00\nb", "a\nb"),
        ("a\u2028b\u2029c", "a\nb\nc"),
        ("nul\x00", "nul"),
        ("\x1b]52;c;aGk=\x1b\\", "]52;c;aGk=\\"),
        ("bell\x07 back\x08 page\x0c vertical\x0b", "bell back page vertical"),
        ("del\x7f", "del"),
        ("c1\x80\x85\x9b\x9f", "c1"),
        ("lone \ud800 and \udfff", "lone \ufffd and \ufffd"),
        ("الله 中文 👨\u200d👩\u200d👧 \u202eabc", "الله 中文 👨\u200d👩\u200d👧 \u202eabc"),
    ],
)
def test_clean(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  Cannot log in  ", "Cannot log in"),
        ("two\nlines", "two lines"),
        ("two \r\n\r\n\t lines", "two lines"),
        ("inner  spaces stay", "inner  spaces stay"),
        ("\n\t\x00 ", ""),
    ],
)
def test_clean_line(given_text: str, kept: str) -> None:
    assert clean_line(given_text) == kept


@given(texts)
def test_only_lf_and_tab_remain_of_all_controls(text: str) -> None:
    kept = clean(text)
    assert not {c for c in kept if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")} - {"\n", "\t"}
    assert clean(kept) == kept
    kept.encode()


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert "\t" not in line
    assert line == line.strip()
    assert clean_line(line) == line
