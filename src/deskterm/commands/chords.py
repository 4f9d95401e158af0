"""Keys typed one after the other, such as `g i`."""

from collections.abc import Iterable
from typing import Final

from deskterm.commands.model import Command, Context
from deskterm.record import record

#: Keys that arrive on some terminals for a modifier alone; they neither begin nor break a chord.
_MODIFIERS: Final = frozenset(
    f"{side}_{name}" for side in ("left", "right") for name in ("shift", "control", "alt", "super", "meta")
)


@record
class Waiting:
    """The key began or went on with a chord; `typed` are its keys so far."""

    typed: tuple[str, ...]


@record
class Broken:
    """The keys began a chord that does not exist; they are spent."""

    typed: tuple[str, ...]


Step = Command | Waiting | Broken | None


class Chords:
    """Follows the keys as they come; without a clock, so that slow fingers and bursts mean the same."""

    def __init__(self, chords: Iterable[tuple[tuple[str, ...], Command]]) -> None:
        self._chords = tuple(chords)
        self._first_keys = frozenset(chord[0] for chord, _ in self._chords)
        self._typed: tuple[str, ...] = ()
        self._context: Context | None = None

    @property
    def waiting(self) -> bool:
        """Whether the next key belongs to a chord."""
        return bool(self._typed)

    def takes(self, key: str) -> bool:
        """Whether the next key belongs to a chord if it is this one."""
        return self.waiting or key in self._first_keys

    def following(self) -> dict[str, Command]:
        """The keys that would complete the chord now, with what they do."""
        length = len(self._typed)
        return {
            chord[length]: command
            for chord, command in self._here()
            if chord[:length] == self._typed and len(chord) == length + 1
        }

    def press(self, key: str, context: Context | None = None) -> Step:
        """Take the next key: the command it completes, Waiting, Broken, or None when it is no key of ours.

        Only chords that answer in `context` count; all do where there is none.
        """
        if key in _MODIFIERS:
            return Waiting(self._typed) if self._typed else None
        if not self.takes(key):
            return None
        self._context = context
        typed = (*self._typed, key)
        self._typed = ()
        here = self._here()
        for chord, command in here:
            if chord == typed:
                return command
        if any(chord[: len(typed)] == typed for chord, _ in here):
            self._typed = typed
            return Waiting(typed)
        return Broken(typed) if len(typed) > 1 else None

    def cancel(self) -> None:
        """Forget what was typed."""
        self._typed = ()

    def _here(self) -> list[tuple[tuple[str, ...], Command]]:
        context = self._context
        return [each for each in self._chords if context is None or context in each[1].contexts]
