"""The words of the interface in the reader's language, by gettext catalogues.

`tr` stands wherever words of ours reach the screen; a text without a translation stays English. As the reader
has one language, it holds for the whole process: `use` says it.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

#: The name of catalogues: `<folder>/<language>/LC_MESSAGES/deskterm.mo`.
DOMAIN = "deskterm"


def _as_it_is(text: str) -> str:
    return text


_translate: Callable[[str], str] = _as_it_is


def tr(text: str) -> str:
    """`text` in the reader's language."""
    return _translate(text) if text else text  # an empty key is a catalogue's own description


def use(language: str, environ: Mapping[str, str], folders: Iterable[Path]) -> bool:
    """Speak `language`, such as `de` or `pt_BR`; without one that of the system. English needs no catalogue.

    False if it was named and no folder has it: then English is spoken.
    """
    global _translate
    _translate = _as_it_is
    wanted = language or _of_system(environ)
    if wanted.partition("_")[0].partition(".")[0] in ("", "en", "C", "POSIX"):
        return True
    import gettext  # only for readers of other languages
    import struct

    from deskterm.text.safe import safe

    for folder in folders:
        try:
            found = gettext.translation(DOMAIN, folder, [wanted]).gettext
        except (OSError, ValueError, LookupError, struct.error):  # none here, or none that can be read
            continue
        break
    else:
        return not language
    _translate = lambda text: safe(found(text))  # noqa: E731 - a catalogue is a file of others
    return True


def _of_system(environ: Mapping[str, str]) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((environ[name] for name in names if environ.get(name)), "")
