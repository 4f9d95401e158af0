"""Style sheets are parsed once for all the consoles that a test process opens.

A console opens hundreds of times here, and a fifth of what that costs was parsing the same text again.
"""

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_PARSED: dict[tuple[Any, ...], list[RuleSet]] = {}
_parse = Stylesheet._parse_rules


def _parse_once(
    self: Stylesheet, css: str, read_from: tuple[str, str], *how: Any, **named: Any
) -> list[RuleSet]:
    """What has been parsed with the same variables; nobody changes rules that are parsed."""
    asked = (css, read_from, how, tuple(named.items()), frozenset(self._variables.items()))
    if asked not in _PARSED:
        _PARSED[asked] = _parse(self, css, read_from, *how, **named)
    return _PARSED[asked]


def parse_style_sheets_once() -> None:
    """Let every application that comes do so."""
    Stylesheet._parse_rules = _parse_once  # type: ignore[method-assign]
