"""Output that is rewritten draws what it drew before, in fewer bytes."""

from typing import Any

import pyte
from hypothesis import given
from hypothesis import strategies as st

from deskterm.terminal.edges import Edges
from deskterm.terminal.output import change, rewrite

COLOURS = ("", "31", "94", "39", "38;5;200", "38;2;1;2;3", "38;2;200;100;50")
GROUNDS = ("", "41", "104", "49", "48;5;20", "48;2;9;8;7", "48;2;35;46;71")
FLAGS = ("", "1", "3", "4", "7", "9", "1;3", "2;3", "1;4;7")

styles = st.tuples(st.sampled_from(FLAGS), st.sampled_from(COLOURS), st.sampled_from(GROUNDS)).map(
    lambda parts: ";".join(part for part in parts if part)
)
pieces = st.builds(
    lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text,
    styles,
    st.text("ab 界é", min_size=1, max_size=6),
)
moves = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, 8), st.integers(1, 20))
writes = st.lists(st.one_of(pieces, moves, st.just("\r\n"), st.just("\x1b[?25l"), st.just("\x1b[2J")))


def drawn(*data: str) -> list[Any]:
    """Every cell, and where the cursor is, after `data`."""
    screen: Any = pyte.Screen(20, 8)
    stream: Any = pyte.Stream(screen)
    for each in data:
        stream.feed(each)
    cells = [_seen(screen.buffer[row][column]) for row in range(8) for column in range(20)]
    return [*cells, screen.cursor.x, screen.cursor.y, screen.cursor.attrs]


def _seen(cell: Any) -> Any:
    """A cell without what does not show on a space."""
    if cell.data != " " or cell.reverse or cell.underscore or cell.strikethrough or cell.blink:
        return cell
    return cell._replace(fg="default", bold=False, italics=False)


@given(st.lists(writes.map("".join), max_size=4))
def test_the_same_is_drawn(data: list[str]) -> None:
    assert drawn(*map(rewrite, data)) == drawn(*data)


@given(writes.map("".join))
def test_nothing_gets_longer_by_more_than_the_last_reset(data: str) -> None:
    assert len(rewrite(data)) <= len(data) + len("\x1b[0m")


def test_only_differences_are_sent() -> None:
    before = (
        "\x1b[3;1H\x1b[1;38;2;1;2;3;48;2;9;8;7ma\x1b[0m\x1b[38;2;4;5;6;48;2;9;8;7mb\x1b[0m\x1b[3;9H\x1b[4;1Hc"
    )
    after = "\x1b[3;1H\x1b[1;38;2;1;2;3;48;2;9;8;7ma\x1b[22;38;2;4;5;6mb\x1b[4;1H\x1b[0mc"
    assert rewrite(before) == after


def test_spaces_keep_the_ink_that_is_there() -> None:
    ground = ";48;2;9;8;7m"
    before = (
        f"\x1b[1;38;2;1;2;3{ground}a\x1b[0m\x1b[38;2;4;5;6{ground}  \x1b[0m\x1b[38;2;1;2;3{ground}b\x1b[0m"
    )
    assert rewrite(before) == "\x1b[1;38;2;1;2;3;48;2;9;8;7ma  \x1b[22mb\x1b[0m"
    underlined = "\x1b[38;2;1;2;3ma\x1b[0m\x1b[4;38;2;4;5;6m  \x1b[0m"
    assert rewrite(underlined) == "\x1b[38;2;1;2;3ma\x1b[4;38;2;4;5;6m  \x1b[0m"


def test_a_style_ends_by_the_shorter_way() -> None:
    assert change("1;38;2;1;2;3", "38;2;1;2;3") == "\x1b[22m"
    assert change("1;2", "2") == "\x1b[0;2m"
    assert change("4", "4") == ""


edges = st.builds(lambda edge, style: f"\x1b[{style}m{edge}\x1b[0m", st.sampled_from("│┃"), st.just("31"))
spots = st.builds(lambda row, column: f"\x1b[{row};{column}H", st.integers(1, 2), st.sampled_from([1, 2, 5]))
lines = st.builds(lambda spot, edge, text: f"{spot}{edge}{text}", spots, edges, pieces)
others = st.sampled_from(["\x1b[2J", "\x1b[?2026h", "\r\n", "\x1b[1;1H\n", "ab"])


@given(st.lists(st.lists(st.one_of(lines, spots, pieces, others), max_size=5).map("".join), max_size=6))
def test_edges_are_left_out_only_where_they_are(data: list[str]) -> None:
    known = Edges()
    assert drawn(*(rewrite(each, known) for each in data)) == drawn(*data)


def test_the_edge_of_a_row_is_sent_once() -> None:
    known = Edges()
    line = "\x1b[3;1H\x1b[31m┃\x1b[0mab"
    assert rewrite(line, known) == "\x1b[3;1H\x1b[31m┃\x1b[0mab"
    assert rewrite(line, known) == "\x1b[3;2Hab"
    rewrite("\x1b]0;title\x07", known)
    assert "┃" in rewrite(line, known)
    assert "┃" in rewrite("\x1b[3;1H\x1b[32m┃\x1b[0mab", known)


def test_a_whole_window_is_drawn_with_its_edges() -> None:
    known = Edges()
    window = "".join(f"\x1b[{row};1H\x1b[31m┃\x1b[0ma" for row in range(1, 8))
    assert rewrite(window, known).count("┃") == 7
    assert rewrite(window, known).count("┃") == 7
