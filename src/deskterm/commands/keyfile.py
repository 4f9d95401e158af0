"""A person's own keys in `keys.toml`: read statement by statement, so that a bad one spoils no other.

preset = "emacs"
"ticket.reply" = "ctrl+r"
"list.down" = ["j", "down"]
"goto.inbox" = "g i"
"ticket.escalate" = ""
"""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from deskterm.commands.keymap import EVERY, Keymap, Trouble, preset_keymap
from deskterm.commands.merging import Entry, merge
from deskterm.commands.presets import DEFAULT, PRESETS
from deskterm.commands.spelling import spell
from deskterm.text.words import tr

#: More than anybody writes by hand; what is longer is not a list of keys.
MOST_BYTES: Final = 100_000
#: How many lines one list of keys may take.
_MOST_LINES = 50


def read_keymap(path: Path, preset: str = DEFAULT) -> Keymap:
    """The keys in force with this file; without it, those of `preset`. Troubles are told, never raised."""
    try:
        if path.exists() and not path.is_file():
            raise ValueError(tr("it is no file"))
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8")
        if len(text) > MOST_BYTES:
            raise ValueError(tr("it is too long to be a list of keys"))
    except FileNotFoundError:
        return _start(preset, "DESKTERM_KEYS", [])
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return _start(
            preset, "DESKTERM_KEYS", [Trouble(path.name, tr("cannot be read: {reason}", reason=reason))]
        )
    return keymap_of(text, path.name, preset)


def keymap_of(text: str, name: str = "keys.toml", preset: str = DEFAULT) -> Keymap:
    """The keys in force with a file of this text; `name` is what troubles call it."""
    entries: list[Entry] = []
    troubles: list[Trouble] = []
    chosen, chosen_at = preset, tr("the setting keys")
    for line, statement in _statements(text):
        where = f"{name}:{line}"
        try:
            ((key, value),) = _flat(tomllib.loads(statement))
            if key == "preset":
                chosen, chosen_at = str(value), where
            else:
                entries.append(_entry(key, value, where, entries))
        except RecursionError:
            troubles.append(Trouble(where, tr("not TOML that anybody writes: it is nested too deep")))
        except ValueError as error:
            troubles.append(Trouble(where, _words(error, statement)))
    base = _start(chosen, chosen_at, [])
    merged = merge(base, entries, [*base.troubles, *troubles])
    return replace(merged, troubles=tuple(sorted(merged.troubles, key=_line)))


def _line(trouble: Trouble) -> int:
    """The number of its line; none for what is wrong elsewhere."""
    number = trouble.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _start(preset: str, where: str, troubles: list[Trouble]) -> Keymap:
    base = preset_keymap(preset)
    if preset not in PRESETS:
        troubles.append(
            Trouble(
                where,
                tr(
                    "no preset is called “{preset}”; there are {presets}",
                    preset=preset,
                    presets=", ".join(PRESETS),
                ),
            )
        )
    return Keymap(base.preset, base.changed, troubles=tuple(troubles))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Every statement with the number of its first line; a list may take several lines."""
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        first, statement = number, lines[number]
        number += 1
        if not statement.strip() or statement.lstrip().startswith("#"):
            continue
        if statement.rstrip().endswith(("[", ",")) and "=" in statement:
            end = next((each for each in range(number, len(lines)) if "]" in lines[each]), None)
            if end is not None and end - first < _MOST_LINES:
                statement = "\n".join(lines[first : end + 1])
                number = end + 1
        yield first + 1, statement


def _flat(table: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Keys and values; `ticket.reply = …` without quotes is `"ticket.reply" = …`."""
    if not table:
        raise ValueError(tr('sections are not used here; write "ticket.reply" = "ctrl+r"'))
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


def _entry(command_id: str, value: object, where: str, before: list[Entry]) -> Entry:
    if command_id not in EVERY:
        near = get_close_matches(command_id, EVERY, 1)
        raise ValueError(
            tr("no command is called “{id}”", id=command_id)
            + (tr("; do you mean {near}?", near=near[0]) if near else "")
        )
    for each in before:
        if each.id == command_id:
            raise ValueError(tr("{id} stands in {where} already", id=command_id, where=each.where))
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not all(isinstance(each, str) for each in written):
        raise ValueError(
            tr(
                'the keys of {id} are a text or a list of texts, such as ["j", "down"]',
                id=command_id,
            )
        )
    keys = [spell(each) for each in written if each.strip()]
    return Entry(command_id, tuple(dict.fromkeys(keys)), where)


def _words(error: ValueError, statement: str) -> str:
    """What is wrong, in our words: the parser's name columns of a line that it saw alone."""
    if not isinstance(error, tomllib.TOMLDecodeError):
        return str(error)
    if "=" not in statement:
        return tr('expected a command and its keys, such as "ticket.reply" = "ctrl+r"')
    return tr('not TOML: keys stand in quotes, such as "ticket.reply" = "ctrl+r"')
