"""The words of the interface in the reader's language, by gettext catalogues.

Three functions make every text that people read translatable, and `deskterm.cli.catalogue` finds them by it:

* `tr("Assign #{number} to", number=7)`: a sentence, with what stands in it by name;
* `trn("{count} message", "{count} messages", 2)`: the same where a number decides the words;
* `later("Nothing to undo.")`: a text in a table, which goes through `tr` where it is shown.

In all of them `{@undo:u}` is the key that a command has now, by its id; behind the colon stands the one that
it has while nobody has given it another (`name_keys`). `key` says it where a key stands alone.

A text without a translation stays English. As the reader has one language, it holds for the whole process:
`use` says it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

#: The name of catalogues: `<folder>/<language>/LC_MESSAGES/deskterm.mo`.
DOMAIN = "deskterm"
_NAME = re.compile(r"\{(\w+)\}")
_KEY = re.compile(r"\{@([\w.]+):([{}]|[^{}]*)\}")


def _as_it_is(text: str) -> str:
    return text


def _of_english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


_translate: Callable[[str], str] = _as_it_is
_translate_counted: Callable[[str, str, int], str] = _of_english
_keys: Mapping[str, str] = {}


def tr(text: str, /, **values: object) -> str:
    """`text` in the reader's language, each `{name}` of it replaced by the value of that name."""
    said = _translate(text) if text else text  # an empty key is a catalogue's own description
    return filled(_with_keys(said), values) if values else _with_keys(said)


def trn(one: str, many: str, count: int, /, **values: object) -> str:
    """`one` or `many`, as the reader's language has it for `count`, which is `{count}` in them."""
    return filled(_with_keys(_translate_counted(one, many, count)), {"count": f"{count:,}", **values})


def known(text: str) -> str:
    """A text of others in the reader's language, if the catalogue has it: nothing in it is replaced."""
    return _translate(text) if text else text


def later(text: str) -> str:
    """`text` itself: it is translated where it is shown."""
    return text


def key(command_id: str, default: str) -> str:
    """The key that a command has now, as it stands on a keyboard."""
    return _keys.get(command_id, default)


def name_keys(keys: Mapping[str, str]) -> None:
    """Sentences name these keys from now on, by the ids of commands; for all others what stands in them."""
    global _keys
    _keys = keys


def _with_keys(said: str) -> str:
    return _KEY.sub(lambda found: key(found[1], found[2]), said) if "{@" in said else said


def catalogues(settings_file: Path | None) -> list[Path]:
    """Where catalogues are: beside one's own settings, and what comes with deskterm."""
    own = [settings_file.parent / "locale"] if settings_file else []
    return [*own, Path(__file__).parents[1] / "locale"]


def filled(text: str, values: Mapping[str, object]) -> str:
    """`text` with these values in the places of their names.

    Only names of ours are replaced: a catalogue is a file of others, and values may hold braces.
    """
    return _NAME.sub(lambda found: str(values.get(found[1], found[0])), text)


def use(language: str, environ: Mapping[str, str], folders: Iterable[Path]) -> bool:
    """Speak `language`, such as `de` or `pt_BR`; without one that of the system. English needs no catalogue.

    False if it was named and no folder has it: then English is spoken.
    """
    global _translate, _translate_counted
    _translate, _translate_counted = _as_it_is, _of_english
    wanted = language or _of_system(environ)
    if wanted.partition("_")[0].partition(".")[0] in ("", "en", "C", "POSIX"):
        return True
    import gettext  # only for readers of other languages
    import struct

    from deskterm.text.safe import safe

    for folder in folders:
        try:
            found = gettext.translation(DOMAIN, folder, [wanted])
        except (OSError, ValueError, LookupError, struct.error):  # none here, or none that can be read
            continue
        break
    else:
        return not language
    _translate = lambda text: safe(found.gettext(text))  # noqa: E731 - a catalogue is a file of others
    _translate_counted = lambda *words: safe(found.ngettext(*words))  # noqa: E731
    return True


def _of_system(environ: Mapping[str, str]) -> str:
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((environ[name] for name in names if environ.get(name)), "")
