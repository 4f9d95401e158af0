"""Taking back what was changed in a panel, the last change first."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from textual import work

from deskterm.client.errors import ClientError
from deskterm.screens.over import Answer, Over
from deskterm.screens.sentences import refused
from deskterm.text.words import tr

#: Does it, and answers what speaks against it, or nothing.
TakeBack = Callable[[], Awaitable[str]]


@dataclass(slots=True, frozen=True)
class _Change:
    words: str
    take_back: TakeBack


class TakesBack(Over[Answer]):
    """A panel whose changes say which key takes them back, as long as it is open."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._changes: list[_Change] = []
        self._one_by_one = asyncio.Lock()

    def may(self, command_id: str) -> bool:
        """There is something to take back."""
        return command_id != "panel.undo" or bool(self._changes)

    def changed(self, words: str, take_back: TakeBack) -> None:
        """Say what was changed, and how it is undone."""
        self._changes.append(_Change(words, take_back))
        key = self.key("panel.undo")
        self.notify(tr("{words} · {key} takes it back", words=words, key=key), timeout=6, markup=False)
        self.keys_changed()

    @work(group="take-back", exit_on_error=False)
    async def action_take_back(self) -> None:
        """Take the last change back, unless somebody else changed the same since; one after the other."""
        async with self._one_by_one:
            if self._changes:
                await self._take_back(self._changes.pop())

    async def _take_back(self, change: _Change) -> None:
        try:
            against = await change.take_back()
        except ClientError as error:
            self._changes.append(change)
            against = refused(error)
        self.keys_changed()
        said = against or tr("Taken back: {words}", words=change.words)
        self.notify(said, timeout=6, markup=False)
