"""Marking in a text what is looked for."""

from textual.content import Content, Span

from deskterm.text.needle import Needle


def highlighted(text: Content, sought: str) -> Content:
    """`text` with every place that has `sought` turned into its reverse, which shows without colour, too."""
    places = Needle(sought).places(text.plain)
    return text.add_spans([Span(start, end, "reverse") for start, end in places]) if places else text
