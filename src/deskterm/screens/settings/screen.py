"""The settings' screen: every entry with its value and where that comes from, changed by keyboard."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.client.local.private_file import write_text
from deskterm.screens.settings.entries import EntriesScreen
from deskterm.settings.edit import Unreadable, changed
from deskterm.settings.entry import Entry, Value
from deskterm.settings.sources import Chosen, Loaded, settled
from deskterm.settings.table import entries_for
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.screens.settings.adjusting import Adjusting


class SettingsScreen(EntriesScreen):
    """One's own settings; their values are tried while the cursor moves."""

    def __init__(self, adjusting: "Adjusting", *, customer: bool) -> None:
        super().__init__(tr("Settings"), entries_for(customer=customer))
        self._app = adjusting
        self._found: Loaded = adjusting.reload_settings()

    def chosen(self, entry: Entry) -> Chosen:
        """As the file and the environment have it."""
        return self._found.chosen[entry.name]

    def problem(self, entry: Entry) -> str:
        """What in the file or the environment does not count."""
        return next((each for each in self._found.problems if f" {entry.name} " in each), "")

    def attempt(self, entry: Entry, value: Value) -> None:
        """Show everything as it would be with another value."""
        values = {name: each.value for name, each in self._found.chosen.items()} | {entry.name: value}
        now = self._app.settings
        self._app.adjust(replace(settled(values, os.environ), home=now.home, file=now.file))

    def give_up(self) -> None:
        """As the file has it."""
        self._found = self._app.reload_settings()

    async def keep(self, entry: Entry, value: Value | None) -> None:
        """Write a value into the file, and take it."""
        path = self._app.settings.file
        if path is None:
            self.attempt(entry, entry.default if value is None else value)
            self.notify("There is no file to keep it in: it lasts until you leave.", markup=False)
            return
        try:
            await asyncio.to_thread(_write, path, {entry.name: value})
        except (OSError, Unreadable) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self.notify(tr("Not kept: {why}.", why=why), title=tr("Settings"), severity="error", markup=False)
        self._found = self._app.reload_settings()
        self.draw()


def _write(path: Path, changes: Mapping[str, Value | None]) -> None:
    """Write into the file itself, also where it is a link, as among kept dotfiles. OSError, Unreadable."""
    real = path.resolve()
    try:
        text = real.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is not UTF-8; put it right first") from error
    write_text(real, changed(text, changes))
