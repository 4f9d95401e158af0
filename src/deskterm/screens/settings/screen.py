"""The settings' screen: every entry with its value and where that comes from, changed by keyboard."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult

from deskterm.client.local.private_file import write_text
from deskterm.screens.over import Over
from deskterm.screens.questions import Ask
from deskterm.settings.edit import Unreadable, changed
from deskterm.settings.entry import Entry, Invalid, Value
from deskterm.settings.sources import Chosen, Loaded, Origin, settled
from deskterm.settings.table import BY_NAME, entries_for
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field, FormLine
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.screens.settings.adjusting import Adjusting

#: Windows narrower than this have no room for where a value comes from; the line below says it.
_WIDE = 64
#: What stands for no value of one's own, and for a value that is not offered.
_DEFAULT, _OTHER = "default", "other"


class EntryPicker(Picker):
    """The entries, and below them what the one under the cursor is about."""

    def __init__(self) -> None:
        super().__init__(
            tr("Settings"),
            [],
            placeholder=tr("type to filter"),
            hints=tr("↑↓ choose  ⏎ change  Esc close"),
            id="settings",
            classes="pane",
        )
        self._help = FormLine(classes="settings--help")
        self._where = FormLine()

    def compose(self) -> ComposeResult:
        """The choices above two lines."""
        yield from super().compose()
        yield self._help
        yield self._where

    def tell(self, entry: Entry, chosen: Chosen, problem: str) -> None:
        """Say what an entry is about, and why it has its value."""
        later = f" {tr('From the next start.')}" if entry.later else ""
        self._help.say(tr(entry.help) + later)
        if problem:
            self._where.say(("! ", "$waiting-warn bold"), (problem, "$waiting-warn"))
        elif chosen.origin is Origin.ENVIRONMENT:
            fixed = tr("Fixed by {where}: change it there.").format(where=chosen.where)
            self._where.say((fixed, "$muted"))
        else:
            self._where.say((f"{entry.name} · {chosen.where}", "$muted"))


class SettingsScreen(Over[None]):
    """All entries; the chosen one's values lie over them and are tried while the cursor moves."""

    def __init__(self, adjusting: "Adjusting", *, customer: bool) -> None:
        super().__init__()
        self._entries = entries_for(customer=customer)
        self._app = adjusting
        self._found: Loaded = adjusting.reload_settings()
        self._picker = EntryPicker()

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._picker.field)
        self._draw()

    def on_resize(self, _: events.Resize) -> None:
        """There may be more or less room."""
        self._draw()

    @on(Picker.Highlighted)
    def _highlighted(self, event: Picker.Highlighted) -> None:
        self._tell(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        entry = BY_NAME[event.choice_id]
        chosen = self._found.chosen[entry.name]
        if chosen.origin is Origin.ENVIRONMENT:
            self.notify(f"{entry.title} is fixed by {chosen.where}.", title="Settings", markup=False)
        else:
            self._app.push_screen(
                ValueScreen(entry, chosen, lambda value: self._try(entry, value)),
                lambda answer: self._answered(entry, answer),
            )

    def _draw(self) -> None:
        wide = self._app.size.width >= _WIDE
        longest = max(len(each.where) for each in self._found.chosen.values())
        choices = []
        for entry in self._entries:
            chosen = self._found.chosen[entry.name]
            value = shown(entry, chosen.value)
            choices.append(
                Choice(entry.name, tr(entry.title), f"{value}   {chosen.where:<{longest}}" if wide else value)
            )
        self._picker.set_choices(choices)
        if self._picker.highlighted is not None:
            self._tell(self._picker.highlighted)

    def _tell(self, name: str) -> None:
        about = (each for each in self._found.problems if f" {name} " in each)
        self._picker.tell(BY_NAME[name], self._found.chosen[name], next(about, ""))

    def _try(self, entry: Entry, value: Value) -> None:
        """Show everything as it would be with another value."""
        values = {name: each.value for name, each in self._found.chosen.items()} | {entry.name: value}
        now = self._app.settings
        self._app.adjust(replace(settled(values, os.environ), home=now.home, file=now.file))

    def _answered(self, entry: Entry, answer: str | None) -> None:
        if answer == _OTHER:
            self._ask(entry)
        elif answer is None:
            self._found = self._app.reload_settings()
        else:
            value = None if answer == _DEFAULT else entry.options[int(answer)].value
            self.run_worker(self._keep(entry, value), exit_on_error=True)

    def _ask(self, entry: Entry) -> None:
        """Ask for a value that is not offered."""

        def check(values: Mapping[str, str]) -> str | None:
            try:
                entry.read(values["value"])
            except Invalid as error:
                return f"‘{values['value']}’ {error}."
            return None

        def answered(values: Mapping[str, str] | None) -> None:
            if values is None:
                self._found = self._app.reload_settings()
            else:
                self.run_worker(self._keep(entry, entry.read(values["value"])), exit_on_error=True)

        now = self._found.chosen[entry.name].value
        text = f"{now:g}" if isinstance(now, float) else str(now)
        field = Field("value", tr(entry.title), text, required=False)
        self._app.push_screen(Ask(tr(entry.title), [field], check, note=tr(entry.help)), answered)

    async def _keep(self, entry: Entry, value: Value | None) -> None:
        """Write a value into the file, and take it."""
        path = self._app.settings.file
        if path is None:
            self._try(entry, entry.default if value is None else value)
            self.notify("There is no file to keep it in: it lasts until you leave.", markup=False)
            return
        try:
            await asyncio.to_thread(_write, path, {entry.name: value})
        except (OSError, Unreadable) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self.notify(f"Not kept: {why}.", title="Settings", severity="error", markup=False)
        self._found = self._app.reload_settings()
        self._draw()


class ValueScreen(Over[str | None]):
    """The values of one entry; each is tried as the cursor comes to it."""

    def __init__(self, entry: Entry, chosen: Chosen, attempt: Callable[[Value], None]) -> None:
        super().__init__()
        self._entry = entry
        self._chosen = chosen
        self._attempt = attempt
        self._picker = Picker(tr(entry.title), _values(entry, chosen), id="value", classes="pane")

    def compose(self) -> ComposeResult:
        """The values alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Begin at the present value."""
        self.set_focus(self._picker.field)
        values = [each.value for each in self._entry.options]
        if self._chosen.value in values:
            self._picker.go_to(str(values.index(self._chosen.value)))

    @on(Picker.Highlighted)
    def _highlighted(self, event: Picker.Highlighted) -> None:
        if event.choice_id == _DEFAULT:
            self._attempt(self._entry.default)
        elif event.choice_id != _OTHER:
            self._attempt(self._entry.options[int(event.choice_id)].value)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.dismiss(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)


def _values(entry: Entry, chosen: Chosen) -> list[Choice]:
    found = []
    for place, each in enumerate(entry.options):
        name = shown(entry, each.value)
        words = tr(each.words) if tr(each.words) != name else ""
        said = tr("now") if each.value == chosen.value else words
        found.append(Choice(str(place), name, said))
    if entry.free:
        offered = chosen.value in [each.value for each in entry.options]
        found.append(Choice(_OTHER, tr("Another…"), "" if offered else shown(entry, chosen.value)))
    if chosen.origin is Origin.FILE:
        found.append(Choice(_DEFAULT, tr("The default"), shown(entry, entry.default)))
    return found


def shown(entry: Entry, value: Value) -> str:
    """A value as people read it, in their language where it is a word of ours."""
    said = entry.shown(value)
    return said if isinstance(value, str) and value else tr(said)


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
