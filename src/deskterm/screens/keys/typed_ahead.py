"""Keys that are typed while the desk opens: kept, and pressed once there is something to press them on.

A list that is shown as it was last seen may be walked through meanwhile. From the first key that means more,
all are kept. Nothing is kept for a form: what was meant for a conversation must not become a password.
"""

from typing import Any

from textual import events
from textual.screen import Screen

from deskterm.screens.base import DeskScreen

#: More than anybody types blindly; a key that leans on the keyboard must not fill the memory.
_MOST = 2000
#: What leads away from waiting.
_AT_ONCE = frozenset({"escape", "ctrl+q", "ctrl+l", "ctrl+c"})


class TypedAhead:
    """The keys that wait."""

    def __init__(self) -> None:
        self._keys: list[events.Key | events.Paste] = []
        self._chord: list[events.Key] = []
        self._promised = False

    def __bool__(self) -> bool:
        return bool(self._keys)

    def keeps(self, event: events.Key, screen: Screen[Any], *, chord: bool) -> bool:
        """Whether the key has to wait on this screen; then it is kept.

        `chord` tells that it belongs to one, which may lead away from here, to another account: it is tried
        first, and kept by `keep_chord` if there is nothing yet to do it.
        """
        opening = isinstance(screen, DeskScreen) and screen.opening
        if not opening and not self._promised:
            self._keys.clear()  # there is no desk that they could be for
            self._chord.clear()
            return False
        if opening and chord and not self._keys:
            self._chord.append(event)
            return False
        self._chord.clear()
        if event.key in _AT_ONCE or (opening and not self._keys and _answers(screen, event)):
            return False
        self._keys.append(event)
        del self._keys[_MOST:]
        return True

    def keeps_paste(self, event: events.Paste) -> bool:
        """Whether a paste has to wait behind the keys that do; then it is kept."""
        if self._promised or self._keys:
            self._keys.append(event)
            return True
        return False

    def keep_chord(self) -> None:
        """The chord that was tried here last waits, too."""
        self._keys += self._chord
        self._chord.clear()

    def promise(self) -> None:
        """The screen of the desk comes: what is typed until `release` is for it."""
        self._promised = True

    def release(self, *, fitting: bool = True) -> tuple[events.Key | events.Paste, ...]:
        """The keys that waited, to be pressed now; none if what is shown is not what they were meant for."""
        keys, self._promised = (tuple(self._keys) if fitting else ()), False
        self._keys.clear()
        return keys


def _answers(screen: Screen[Any], event: events.Key) -> bool:
    """Whether the screen itself, or what it shows, has something to do for the key already."""
    found = (screen.active_bindings.get(each) for each in event.aliases)
    return any(each is not None and each.node is not screen.app and each.enabled for each in found)
