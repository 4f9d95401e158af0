"""The filter language: text becomes a tree and a tree text again, and a mistake is in its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.protocol.query import FIELDS, MOMENTS, Query, QueryError, Term, parse, words_of

TIMES = ("30m", "24h", "3d", "2w", "2026-11-01")
#: Whatever a name, a tag or a word may be made of, what ends or begins something most of all.
LETTERS = st.text(
    st.sampled_from('ab:,"-\\> <=#/é請 \t') | st.characters(codec="utf-8"), min_size=1, max_size=8
)
said = LETTERS.filter(str.strip)


def values_of(name: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Values that the tree keeps as they are."""
    if name in MOMENTS:
        return st.sampled_from(TIMES).map(lambda each: (each,))
    if name in ("escalated", "unread"):
        return st.sampled_from(words_of(name)).map(lambda each: (each,))
    if name == "number":
        return st.lists(st.integers(1, 2**53).map(str), min_size=1, max_size=3).map(tuple)
    known = words_of(name) if name != "assignee" else ()
    each = st.sampled_from(known) if known else said
    if name in ("tag", "assignee"):
        each = each.map(str.lower)
    return st.lists(each, min_size=1, max_size=3).map(tuple)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    """Any term that a text can say."""
    name, negated = draw(st.sampled_from(("", *FIELDS))), draw(st.booleans())
    if not name:
        return Term("", ":", (draw(said),), negated, phrase=True)
    values = draw(values_of(name))
    dated = name in MOMENTS and values[0] != TIMES[-1]
    compared = st.sampled_from((">", ">=", "<", "<="))
    operator = draw(compared) if dated or (name == "priority" and len(values) == 1) else ":"
    return Term(name, operator, values, negated)


def read(typed: str) -> Query | QueryError:
    """What the text says, or what is wrong with it."""
    try:
        return parse(typed)
    except QueryError as error:
        return error


@given(found=st.lists(terms(), max_size=6).map(tuple))
def test_a_tree_is_text_and_the_same_tree_again(found: tuple[Term, ...]) -> None:
    query = Query(found)
    assert parse(str(query)) == query


@given(
    text=st.lists(st.sampled_from([*FIELDS, ":", ">=", "-", '"', ",", " ", "\\", "a", "open", "30m", "1"]))
)
def test_what_a_text_says_is_said_again_and_a_mistake_lies_in_it(text: list[str]) -> None:
    typed = "".join(text)
    query = read(typed)
    if isinstance(query, QueryError):
        assert 0 <= query.at <= len(typed)
        assert query.length >= 1
        return
    assert parse(str(query)) == query
    for term in query.terms:
        assert typed[term.at : term.at + term.length].strip()
        assert len(term.places) == (len(term.values) if term.field else 0)


@pytest.mark.parametrize(
    ("typed", "value", "place"),
    [("assignee:me,zoe", "zoe", "zoe"), ('-persona:"No Body" tag:a', "No Body", '"No Body"')],
)
def test_a_mistake_in_a_value_is_placed_at_it(typed: str, value: str, place: str) -> None:
    error = parse(typed).terms[0].mistake("nobody", value)
    assert typed[error.at : error.at + error.length] == place
