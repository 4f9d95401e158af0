"""What this machine has taught its people: kept on disk, so that nothing is taught twice."""

from pathlib import Path
from typing import Any

from deskterm.client.local import private_file
from deskterm.client.local.private_file import Damaged, NotPrivate


class Learnt:
    """Who saw the tour, how often a command was run the long way, and which tips were given.

    Read at the first question; a file that cannot be read teaches nothing and is left alone. Without a path
    everything lasts as long as the program.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._content: dict[str, Any] | None = None

    def saw_tour(self, account: str) -> bool:
        """Whether this account was shown around here."""
        return account in self._part("tours")

    def tour_seen(self, account: str) -> None:
        """This account was shown around, or did not want to be."""
        self._part("tours")[account] = True

    def forget_tour(self, account: str) -> None:
        """Show this account around once more."""
        self._part("tours").pop(account, None)

    def long_way(self, command_id: str) -> int:
        """Count one more run by palette or mouse; answers how many there were."""
        counts = self._part("long_way")
        before = counts.get(command_id)
        counts[command_id] = (before if isinstance(before, int) else 0) + 1
        return int(counts[command_id])

    def save(self) -> None:
        """Write what changed. What cannot be written is taught once more another time."""
        if self._path is None or self._content is None:
            return
        try:
            private_file.write(self._path, self._content)
        except OSError:
            self._path = None

    def _part(self, name: str) -> dict[str, Any]:
        part = self._read().setdefault(name, {})
        if not isinstance(part, dict):
            part = self._read()[name] = {}
        return part

    def _read(self) -> dict[str, Any]:
        if self._content is None:
            self._content = {}
            if self._path is not None:
                try:
                    self._content = private_file.read(self._path)
                except (Damaged, NotPrivate, OSError):
                    self._path = None
        return self._content
