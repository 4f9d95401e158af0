"""Variables of canned replies: filled in once, and found again while they are not."""

import pytest

from deskterm.text.placeholders import MOST_BLANKS, Blanks, fill, joined, kept

KNOWN = {"contact.name": "Ana {x}", "order": "7"}


NOT_OURS = "{ order } {1} {} {'a': 1} {{ .Logs }} ${HOME-x}"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Hi {contact.name}", "Hi Ana {x}"),
        ("Hi {Contact.Name}", "Hi Ana {x}"),
        ("{order|none} {tier|standard} {tier|}.", "7 standard ."),
        (NOT_OURS, NOT_OURS),
        ("{unknown} and {unknown}", "{unknown} and {unknown}"),
    ],
)
def test_what_is_known_stands_in_its_place(template: str, text: str) -> None:
    assert fill(template, KNOWN).text == text


def test_a_values_braces_are_text() -> None:
    filled = fill("{contact.name} {x}", KNOWN)
    assert filled.blanks == {"{x}": 1}
    blanks = Blanks()
    blanks.add("", filled)
    assert [each.start for each in blanks.find(filled.text)] == [len("Ana {x} ")]


def test_places_are_found_until_they_are_filled_in_also_after_a_restart() -> None:
    filled = fill("{b} {a}", {})
    blanks = Blanks()
    blanks.add("quoted {a}\n", filled)
    text = "quoted {a}\n{b} {a}"
    for each in (blanks, Blanks(blanks.keep())):
        assert [place.name for place in each.find(text)] == ["{b}", "{a}"]
        assert [place.start for place in each.find(text)] == [11, 15]
        assert each.find("quoted {a}\nB A") == []


def test_nothing_is_kept_where_there_is_nothing_to_know() -> None:
    assert not Blanks().keep()
    assert not Blanks().find("{a}")


TOO_MANY = dict.fromkeys((f"{{a{each}}}" for each in range(MOST_BLANKS + 1)), 0)


@pytest.mark.parametrize(
    "found",
    [[1], 7, {"{a}": "x"}, {"{a}": -1}, {"{a}": True}, {"": 1}, {"{a}\n": 0}, {"a": 0}, TOO_MANY],
)
def test_what_was_not_kept_by_us_counts_as_nothing(found: object) -> None:
    assert not kept(found)


def test_of_two_texts_that_become_one_each_keeps_its_places() -> None:
    both = joined("said {a}", {}, "{a} {b}", {"{a}": 0, "{b}": 0})
    assert both == {"{a}": 1, "{b}": 0}
    assert [place.start for place in Blanks(both).find("said {a}\n\n{a} {b}")] == [10, 14]
