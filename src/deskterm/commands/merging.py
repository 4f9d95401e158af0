"""A person's own keys over those of the table or a preset: what wins, what loses, and what is refused."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.inside import INSIDE
from deskterm.commands.keymap import EVERY, Change, Keymap, Trouble
from deskterm.commands.model import TYPING, Command, Context, Home, is_chord, show_key
from deskterm.commands.panels import PANELS
from deskterm.commands.spelling import doubt, prints
from deskterm.commands.table import COMMANDS
from deskterm.text.words import later, tr

#: What one screen has at a time: a key can only clash with those of the same table.
_TABLES: Final = (
    frozenset(each.id for each in (*COMMANDS, *PANELS, *INSIDE)),
    frozenset(each.id for each in (*CHAT, *SHARED, *PANELS, *INSIDE)),
)

#: The text field has these keys itself, forms and lists to choose from theirs.
FIXED: Final = {
    **dict.fromkeys(("chat.send", "chat.newline", "compose.newline"), later("the text field")),
    **{each.id: later("what is inside a panel") for each in INSIDE},
    "canned.take": later("what is inside a panel"),
}

_ALWAYS_WRITING: Final = frozenset(each.id for each in CHAT)


@dataclass(slots=True, frozen=True)
class Entry:
    """One line of a person's file: the keys of a command, as the table writes them."""

    id: str
    keys: tuple[str, ...]
    where: str


def merge(base: Keymap, entries: Sequence[Entry], troubles: Iterable[Trouble] = ()) -> Keymap:
    """The keys in force. A line that cannot be is left out, with a sentence that names it."""
    found = list(troubles)
    taken: list[Entry] = []
    mentioned = {each.id for each in entries}
    for entry in entries:
        reason = _refusal(entry, taken, base, mentioned)
        if reason:
            found.append(Trouble(entry.where, reason))
        else:
            taken.append(entry)
            found.extend(Trouble(entry.where, words, ignored=False) for words in _doubts(entry))
    changed = dict(base.changed)
    changes = []
    for entry in taken:
        typed = " ".join(entry.keys)
        changed[entry.id] = replace(EVERY[entry.id], typed=typed)
        changes.append(Change(entry.id, typed, entry.where))
    for loser, keys, entry in _losers(base, taken):
        changed[loser.id] = replace(loser, typed=" ".join(keys))
        found.append(Trouble(entry.where, _lost(loser, keys, entry), ignored=False))
    return Keymap(base.preset, changed, tuple(changes), tuple(found))


def _refusal(entry: Entry, taken: Sequence[Entry], base: Keymap, mentioned: set[str]) -> str:
    """Why a line cannot be in force, or nothing."""
    if entry.id in FIXED:
        return tr("{id} belongs to {what} and stays as it is", id=entry.id, what=tr(FIXED[entry.id]))
    writing = entry.id in _ALWAYS_WRITING or EVERY[entry.id].contexts <= TYPING
    for key in entry.keys:
        shown = show_key(key)
        if writing and prints(key.split(">")[0] if is_chord(key) else key):
            text = later("{key} is text where {id} is done; take a key with ctrl or an F key")
            return tr(text, key=shown, id=entry.id)
        if any(is_chord(each) and each.startswith(f"{key}>") for each in entry.keys):
            return tr("{key} alone would never wait for the rest of the chord", key=shown)
        for other in taken:
            reason = _together(entry.id, other.id) and _clash(key, other.keys)
            if reason:
                twice = later("{key} {reason} {id} already ({where})")
                return tr(twice, key=shown, reason=tr(reason), id=other.id, where=other.where)
        for command in base.all(EVERY.values()):
            fixed = command.id in FIXED
            if (fixed or command.id not in mentioned) and _together(entry.id, command.id):
                reason = _clash(key, command.typed.split())
                if reason and (fixed or reason != _SAME):
                    stays = later("{key} {reason} {id}, which stays as it is")
                    first = later("{key} {reason} {id}; give that other keys first")
                    return tr(stays if fixed else first, key=shown, reason=tr(reason), id=command.id)
    return ""


_SAME: Final = later("is")


def _clash(key: str, others: Iterable[str]) -> str:
    """How a key collides with those of another command, or nothing."""
    for other in others:
        if key == other:
            return _SAME
        if is_chord(other) and other.startswith(f"{key}>"):
            return tr("begins {key} of", key=show_key(other))
        if is_chord(key) and key.startswith(f"{other}>"):
            return tr("begins with {key}, which is", key=show_key(other))
    return ""


def _together(one: str, other: str) -> bool:
    """Whether two commands answer in one place, so that they cannot share a key.

    In a panel its own keys come before those of the whole program.
    """
    together = any(one in table and other in table for table in _TABLES)
    together = together and {EVERY[one].home, EVERY[other].home} != {Home.APP, Home.PANEL}
    return one != other and together and bool(EVERY[one].contexts & EVERY[other].contexts)


def _doubts(entry: Entry) -> Iterator[str]:
    """What is worth knowing about a line that is in force."""
    for key in entry.keys:
        yield from filter(None, (doubt(part) for part in key.split(">")))
    firsts = [key.split(">")[0] if is_chord(key) else key for key in entry.keys]
    if Context.COMPOSER in EVERY[entry.id].contexts and firsts and all(map(prints, firsts)):
        yield tr("{id} has no key while you write, where letters are text", id=entry.id)


def _losers(base: Keymap, taken: Sequence[Entry]) -> Iterator[tuple[Command, list[str], Entry]]:
    """Commands that lose a key to a line, the keys they keep, and the line."""
    own = {each.id for each in taken}
    for command in base.all(EVERY.values()):
        if command.id in own:
            continue
        keys, winner = command.typed.split(), None
        for entry in taken:
            left = [key for key in keys if not (_together(entry.id, command.id) and _clash(key, entry.keys))]
            if left != keys:
                keys, winner = left, entry
        if winner is not None:
            yield command, keys, winner


def _lost(loser: Command, keys: Sequence[str], entry: Entry) -> str:
    gone = [show_key(key) for key in loser.typed.split() if key not in keys]
    rest = tr("keeps {keys}", keys="  ".join(map(show_key, keys))) if keys else tr("has no key now")
    return tr("{keys} was {id}, which {rest}", keys="  ".join(gone), id=loser.id, rest=rest)
