"""Whether a text can be read on a background (WCAG 2.2), and colours corrected until it can."""

from collections.abc import Iterable, Iterator

from textual.color import BLACK, WHITE, Color

#: The least contrast of a text with its background (WCAG 2.2, success criterion 1.4.3).
READABLE = 4.5

_STEPS = 40


def contrast(first: Color, second: Color) -> float:
    """The contrast ratio of two opaque colours, from 1 (none) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: Color, backgrounds: Iterable[Color], least: float = READABLE) -> Color:
    """The colour nearest to `color`, towards white or black, that reads on every one of `backgrounds`.

    Where no colour does, the one with the best worst case.
    """
    grounds = list(backgrounds)
    for candidate in _nearest_first(color):  # most often the first one: the others are not made
        if _worst(candidate, grounds) >= least:
            return candidate
    return max(_nearest_first(color), key=lambda each: _worst(each, grounds))


def _nearest_first(color: Color) -> Iterator[Color]:
    for step in range(_STEPS + 1):
        for end in (WHITE, BLACK):
            yield color.blend(end, step / _STEPS, alpha=1.0)


def _worst(color: Color, backgrounds: list[Color]) -> float:
    return min(contrast(color, each) for each in backgrounds)


def _luminance(color: Color) -> float:
    red, green, blue = (_linear(channel) for channel in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
