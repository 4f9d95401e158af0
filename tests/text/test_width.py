"""Texts of an exact width (deskterm.text.width)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.text.safe import safe
from deskterm.text.width import cells, crop, fit
from tests.text.strategies import texts


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("abc", 3), ("中文", 4), ("e\u0301", 1), ("👨\u200d👩\u200d👧", 2), ("🇩🇪", 2), ("…", 1)],
)
def test_cells(text: str, width: int) -> None:
    assert cells(text) == width


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        ("abcd", -2, ""),
        ("中文字", 6, "中文字"),
        ("中文字", 5, "中文…"),
        ("中文字", 4, "中… "),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("ab👨\u200d👩\u200d👧cd", 5, "ab👨\u200d👩\u200d👧…"),
        ("ab👨\u200d👩\u200d👧cd", 4, "ab… "),
    ],
)
def test_fit(text: str, width: int, fitted: str) -> None:
    assert fit(text, width) == fitted


@given(texts.map(safe), st.integers(0, 30))
def test_fitted_text_has_exactly_its_width(text: str, width: int) -> None:
    line = text.replace("\n", " ")
    assert cells(fit(line, width)) == width
    cropped = crop(line, width)
    assert cropped == line or not width or (cropped.endswith("…") and line.startswith(cropped[:-1]))
