"""The widget's files as they are served: read once, without comments and blanks, revalidated by browsers."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from rcssmin import cssmin
from rjsmin import jsmin

_MEDIA_TYPES: Final = {"js": "text/javascript", "css": "text/css", "html": "text/html"}
_SMALLER: Final = {"js": jsmin, "css": cssmin}
LAUNCHER: Final = "widget.js"
PAGE: Final = "page.html"
#: What the page asks for by itself.
PARTS: Final = (
    "page.css",
    "page.js",
    "desk.js",
    "files.js",
    "kept.js",
    "outbox.js",
    "text.js",
    "thread.js",
    "words.js",
)
#: One of them where the visitor's language is one that the chat speaks by itself.
LANGUAGES: Final = ("words.de.js", "words.es.js", "words.fr.js")


class WidgetFile(NamedTuple):
    """One file; `etag` changes with its content."""

    text: str
    media_type: str
    etag: str


@cache
def widget_file(name: str) -> WidgetFile:
    """The file of that name, one of those above."""
    text = files(__package__).joinpath("files", name).read_text(encoding="utf-8")
    ending = name.rpartition(".")[2]
    small = _SMALLER[ending](text) if ending in _SMALLER else text
    return WidgetFile(small, _MEDIA_TYPES[ending], etag_of(small))


def etag_of(text: str) -> str:
    """A strong validator of a text."""
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:20]}"'
