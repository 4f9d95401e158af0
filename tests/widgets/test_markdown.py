"""Markdown as styled text: what is shown of it, that nothing gets lost, and that it can be marked."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from textual.css.styles import RulesMap
from textual.geometry import Offset
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions

from deskterm.text.safe import safe
from deskterm.text.width import cells
from deskterm.widgets.text.blocks import blocks
from deskterm.widgets.text.body import has_signs, styled
from deskterm.widgets.text.parser import parse, sign_in_word
from deskterm.widgets.text.styled_text import StyledText


def style_of(name: str | Style) -> Style:
    """Only what shows without colours counts here."""
    if isinstance(name, Style):
        return name
    known = [each for each in name.split() if not each.startswith("$")]
    return Style.parse(" ".join(known)) if known else Style.null()


def strips(source: str, width: int = 40, selection: Selection | None = None) -> list[Strip]:
    options = RenderOptions(style_of, RulesMap(), selection, Style.parse("reverse") if selection else None)
    text = StyledText(blocks(source))
    drawn = text.render_strips(width, None, Style.null(), options)
    assert len(drawn) == text.get_height(RulesMap(), width)
    return drawn


def lines(source: str, width: int = 40) -> list[str]:
    return [each.text.rstrip() for each in strips(source, width)]


def marked(source: str, attribute: str) -> str:
    """The text that has an attribute, such as bold."""
    return "".join(
        segment.text
        for each in strips(source, 200)
        for segment in each
        if segment.style is not None and getattr(segment.style, attribute)
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("# Title\ntext", ["Title", "text"]),
        ("**bold** *it* ~~gone~~ `co*de*`", ["bold it gone co*de*"]),
        ("- one\n- two\n  more", ["• one", "• two", "  more"]),
        ("7. one\n8) two", ["7. one", "8) two"]),
        ("- a\n  1. b\n     - c", ["• a", "  1. b", "     • c"]),
        ("> said\n> so\n\nno", ["▎ said", "▎ so", "", "no"]),
        ("> - a\n> - b", ["▎ • a", "▎ • b"]),
        ("a\n\n\n\nb *c*", ["a", "", "b c"]),
        ("```py\nx  =  1\n\n  y\n```", ["│ py", "│ x  =  1", "│", "│   y"]),
        ("~~~\nnever closed", ["│ never closed"]),
        ("| a | b |\n|---|---|\n| 日本 | 2 |", ["a    │ b", "─────┼──", "日本 │ 2"]),
        ("a\n\n---\n\nb", ["a", "", "─" * 24, "", "b"]),
        ("[the bank](https://evil.example/a)", ["the bank (https://evil.example/a)"]),
        ("[https://bank.example](https://evil.example)", ["https://bank.example", "(https://evil.example)"]),
        ("<https://a.example> is `it`", ["https://a.example is it"]),
        ("![a picture](https://a.example/x.png)", ["a picture (https://a.example/x.png)"]),
    ],
)
def test_what_is_shown(source: str, shown: list[str]) -> None:
    assert lines(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        "2*3*4 and a_b_c and ** and * and __init__.py x_1",
        "\\\\server\\share \\*.txt &amp; <b>no</b> <script>",
        "*1.\n  File 'x.py', line 3\n      indented",
        "*1.\nJane\n--\nACME",
        "[x]: https://a.example 'lost?'",
        "[click](javascript:alert(1)) [a](file:///etc/passwd)",
        "- [ ] `",
    ],
)
def test_what_only_looks_like_it_stays_as_written(source: str) -> None:
    assert [each.replace("•", "-") for each in lines(source, 100)] == source.split("\n")


@pytest.mark.parametrize(
    ("source", "attribute", "text"),
    [
        ("# Title\ntext", "bold", "Title"),
        ("a **bold *it*** b", "bold", "bold it"),
        ("a **bold *it*** b", "italic", "it"),
        ("~~gone~~", "strike", "gone"),
        ("run `ls -l` now", "bold", "ls -l"),
        ("[x](https://a.example) `https://b.example`", "underline", "https://a.example"),
    ],
)
def test_styles_show_without_colour(source: str, attribute: str, text: str) -> None:
    assert marked(source, attribute) == text


def test_lines_wrap_behind_their_margin_also_in_wide_letters() -> None:
    drawn = lines("- 日本語のとても長いテキスト", 16)
    assert drawn == ["• 日本語のとても", "  長いテキスト"]
    assert lines("```\nabcdefghij klm\n```", 12) == ["│ abcdefghij", "│  klm"]
    assert lines("```\n日本語のとても\n```", 11) == ["│ 日本語の", "│ とても"]


@pytest.mark.parametrize(
    "source",
    [
        ">" * 10_000 + "x",
        "* " * 20 + "x",
        "\n".join("  " * n + "- x" for n in range(60)),
        "[" * 10_000,
        "**a*" * 2_500,
        "|a|b|\n|-|-|\n|c|d|e|f|",
        "|a" * 100 + "\n" + "|-" * 100 + "\n" + "|b\n" * 3_000,
        "```\n" * 2_500,
    ],
)
def test_nothing_gets_lost_in_what_wants_to_be_too_much(source: str) -> None:
    letters = [each for each in StyledText(blocks(source)).plain if each.isalnum()]
    assert letters == [each for each in source if each.isalnum()]


@given(st.text(alphabet="ab1 \n*_`~[]()<>#-+.|!:\\\t\x1b\u202e\u0301日", max_size=80))
def test_every_text_is_shown_safely_within_its_width(source: str) -> None:
    for width in (1, 7, 30):
        for each in strips(source, width):
            assert safe(each.text).replace("◌", "") == each.text.replace("◌", "")
            assert cells(each.text) <= max(width, 2)


def test_marking_takes_the_words_of_their_block() -> None:
    source = "# One\n\n- two\n- three"
    words = StyledText(blocks(source)).plain
    selection = Selection(Offset(1, 2), Offset(2, 3))
    assert selection.extract(words) == "wo\nth"
    found = [
        segment.text
        for each in strips(source, selection=selection)
        for segment in each
        if segment.style is not None and segment.style.reverse
    ]
    assert found == ["wo", "th"]
    offsets = [
        (segment.text, segment.style.meta["offset"])
        for each in strips(source)
        for segment in each
        if segment.text and segment.style is not None and "offset" in segment.style.meta
    ]
    assert offsets == [("One", (0, 0)), ("two", (0, 2)), ("three", (0, 3))]


def test_plain_text_is_not_taken_apart() -> None:
    for text in ("Only ERR_AUTH_42 since 2026-11-20 (a/b).", "日本語", "a | b", "5 - 3"):
        assert not has_signs(text)
        assert isinstance(styled(text), Content)


class Counted(str):
    """A text that counts how often something is read of it."""

    reads = 0

    def __getitem__(self, place: object) -> str:
        Counted.reads += 1
        return super().__getitem__(place)  # type: ignore[index]


@pytest.mark.parametrize("sign", ["%", "#", "\\", "&", "+"])
def test_a_row_of_signs_is_gone_through_once(sign: str) -> None:
    """Else a message of ten thousand of them would stop the console for seconds."""
    state = SimpleNamespace(src=Counted(sign * 1000), pos=0, posMax=1000, pending="")
    Counted.reads = 0
    assert sign_in_word(state, False) is False  # type: ignore[arg-type]
    assert Counted.reads <= 2


def test_a_table_of_empty_cells_is_shown_as_it_was_written() -> None:
    """A line without bars is a row, too: a hundred columns by thousands of rows are half a million cells."""
    source = "|".join("a" * 100) + "\n" + "|".join("-" * 100) + "\n" + "x\n" * 400
    assert len(parse(source)) < 10
    small = "|".join("abc") + "\n" + "|".join("---") + "\n" + "x\n" * 40
    assert any(each.type == "table_open" for each in parse(small))
