"""Keys typed one after the other, such as `g i`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.commands.model import Command

#: Keys that arrive on some terminals for a modifier alone; they neither begin nor break a chord.
_MODIFIERS: Final = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("shift", "control", "alt", "super", "meta")
)


@dataclass(slots=True, frozen=True)
class Waiting:
    """The key began or went on with a chord; `typed` are its keys so far."""

    typed: tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Broken:
    """The keys began a chord that does not exist; they are spent."""

    typed: tuple[str, ...]


Step = Command | Waiting | Broken | None


class Chords:
    """Follows the keys as they come; without a clock, so that slow fingers and bursts mean the same."""

    def __init__(self, chords: Mapping[tuple[str, ...], Command]) -> None:
        self._chords = chords
        self._typed: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether the next key belongs to a chord."""
        return bool(self._typed)

    def following(self) -> dict[str, Command]:
        """The keys that would complete the chord now, with what they do."""
        length = len(self._typed)
        return {
            chord[length]: command
            for chord, command in self._chords.items()
            if chord[:length] == self._typed and len(chord) == length + 1
        }

    def press(self, key: str) -> Step:
        """Take the next key: the command it completes, Waiting, Broken, or None when it is no key of ours."""
        if key in _MODIFIERS:
            return Waiting(self._typed) if self._typed else None
        typed = (*self._typed, key)
        self._typed = ()
        if typed in self._chords:
            return self._chords[typed]
        if any(chord[: len(typed)] == typed for chord in self._chords):
            self._typed = typed
            return Waiting(typed)
        return Broken(typed) if len(typed) > 1 else None

    def cancel(self) -> None:
        """Forget what was typed."""
        self._typed = ()
