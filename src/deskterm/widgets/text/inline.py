"""One run of styled text: bold, italic, struck out, code, and links as what they really lead to."""

from collections.abc import Iterable, Sequence

from markdown_it.token import Token
from textual.content import Content, Span

from deskterm.text.links import ADDRESS
from deskterm.text.safe import safe
from deskterm.widgets.text.address import address

_STYLES = {"strong": "bold", "em": "italic", "s": "strike", "link": ""}
_CODE = "bold $key"


class Run:
    """A text that grows by pieces, each with its styles."""

    def __init__(self) -> None:
        self._text = ""
        self._spans: list[Span] = []
        self._code: list[tuple[int, int]] = []

    def add(self, text: str, *styles: str) -> None:
        """Puts a piece behind what is there; made safe again, for its neighbours are others than before."""
        start, self._text = len(self._text), self._text + safe(text)
        self._spans += [Span(start, len(self._text), each) for each in styles if each]
        if _CODE in styles:
            self._code.append((start, len(self._text)))

    def done(self, style: str = "") -> Content:
        """All of it, its addresses marked."""
        spans = [Span(0, len(self._text), style)] if style and self._text else []
        for found in ADDRESS.finditer(self._text):
            if not any(start <= found.start() < end for start, end in self._code):
                spans += address(found)
        return Content(self._text, [*spans, *self._spans])


def inline(tokens: Sequence[Token], style: str = "") -> Content:
    """What stands in one paragraph, heading or cell."""
    run = Run()
    _walk(run, tokens)
    return run.done(style)


def words(tokens: Iterable[Token]) -> str:
    """The same without styles."""
    return inline(list(tokens)).plain


def _walk(run: Run, tokens: Sequence[Token]) -> None:
    styles: list[str] = []
    targets: list[tuple[str, list[str]]] = []
    for token in tokens:
        name, _, end = token.type.rpartition("_")
        if end == "open":
            styles.append(_STYLES.get(name, ""))
            if name == "link":
                title = token.attrGet("title")
                targets.append((f"{token.attrGet('href')}" + (f' "{title}"' if title else ""), []))
        elif end == "close":
            styles.pop()
            if name == "link":
                target, said = targets.pop()
                if "".join(said) != target:
                    run.add(f" ({target})", *styles)
        else:
            text = _text(token)
            for _, said in targets:
                said.append(text)
            run.add(text, *styles, *([_CODE] if token.type == "code_inline" else []))


def _text(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return f"{token.content} ({token.attrGet('src')})" if token.content else f"({token.attrGet('src')})"
    return token.content
