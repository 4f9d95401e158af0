"""What is typed and pasted arrives whole: a paste as one text, Escape as Escape whatever follows."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from deskterm.terminal.reading import WholeParser
from tests.e2e.payloads import payloads

BEGIN, END = "\x1b[200~", "\x1b[201~"


def read(pieces: Sequence[str]) -> list[str]:
    """What is read: keys by their names, pastes in angle brackets."""
    parser = WholeParser()
    said = [each for piece in pieces for each in parser.feed(piece)]
    return [f"<{each.text}>" if isinstance(each, events.Paste) else each.key for each in said]  # type: ignore[attr-defined]


@pytest.mark.parametrize("payload", payloads())
def test_no_text_is_ever_a_key(payload: str) -> None:
    assert read([f"a{BEGIN}{payload}{END}b"]) == ["a", f"<{payload}>".replace("\x00", ""), "b"]


@given(text=st.text(st.sampled_from("a\x1b[]200~1;\x07O^ "), max_size=30), data=st.data())
def test_it_may_arrive_in_any_pieces(text: str, data: st.DataObject) -> None:
    text = text.replace(END, "")
    whole = f"x{BEGIN}{text}{END}\x07y"
    cuts = sorted(data.draw(st.lists(st.integers(1, len(whole) - 1), max_size=6)))
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True) if a < b]
    if END not in (text + END)[: len(text) + len(END) - 1]:  # the text may make an end of its own with ours
        assert read(pieces) == ["x", f"<{text}>", "ctrl+g", "y"]


def test_two_pastes_and_an_empty_one() -> None:
    assert read([f"{BEGIN}one{END}{BEGIN}{END}", f"{BEGIN}two", f"{END}"]) == ["<one>", "<>", "<two>"]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("\x1bj", ["alt+j"]),
        ("\x1b2", ["alt+2"]),
        ("\x1b]", ["alt+right_square_bracket"]),
        ("\x1bG", ["alt+G"]),
        ("\x1b:x\r", ["alt+colon", "x", "enter"]),
        ("\x1b\x1bj", ["escape", "alt+j"]),
        ("a\x1bb\x1bc", ["a", "alt+b", "alt+c"]),
        ("\x1b\r", ["enter"]),
        ("\x1b[A\x1bOB\x1bj", ["up", "down", "alt+j"]),
    ],
)
def test_keys_behind_an_escape(typed: str, keys: list[str]) -> None:
    assert read([typed]) == keys


def test_a_long_text_behind_an_escape() -> None:
    assert read(["\x1br" + "x" * 50]) == ["alt+r", *"x" * 50]


def test_an_escape_that_came_before_is_one() -> None:
    assert read(["\x1b", "j", "\x1b", "[A", "\x1b", "\x1b", "k"]) == [
        "escape",
        "j",
        "up",
        "escape",
        "escape",
        "k",
    ]
