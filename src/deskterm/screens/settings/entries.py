"""A list of settings with their values: what one's own and an organization's have in common."""

from collections.abc import Callable, Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult

from deskterm.screens.over import Over
from deskterm.screens.questions import Ask
from deskterm.screens.writing.rewriting import Rewriting
from deskterm.settings.entry import Entry, Invalid, Value
from deskterm.settings.sources import Chosen, Origin
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field, FormLine
from deskterm.widgets.asking.picker import Choice, Picker

#: Windows narrower than this have no room for where a value comes from; the line below says it.
_WIDE = 64
#: A value that takes several lines is shown in so many cells.
_CELLS = 24
#: What stands for no value of one's own, and for a value that is not offered.
_DEFAULT, _OTHER = "default", "other"


class EntryPicker(Picker):
    """The entries, and below them what the one under the cursor is about."""

    def __init__(self, title: str) -> None:
        super().__init__(
            title,
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
            fixed = tr("Fixed by {where}: change it there.", where=chosen.where)
            self._where.say((fixed, "$muted"))
        else:
            where = f" · {tr(chosen.where)}" if chosen.where else ""
            self._where.say((f"{entry.name}{where}", "$muted"))


class EntriesScreen(Over[None]):
    """All entries; the chosen one's values lie over them. What a value does is for the subclass to say."""

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = {each.name: each for each in entries}
        self._picker = EntryPicker(title)

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._picker.field)
        self.draw()

    def on_resize(self, _: events.Resize) -> None:
        """There may be more or less room."""
        self.draw()

    # --- what a subclass says ----------------------------------------------------------------------------

    def chosen(self, entry: Entry) -> Chosen:
        """The value that holds, and why."""
        raise NotImplementedError

    def problem(self, entry: Entry) -> str:
        """What is wrong with it, if something is."""
        return ""

    def attempt(self, entry: Entry, value: Value) -> None:
        """Show everything as it would be with another value."""

    def give_up(self) -> None:
        """Show everything as it is."""

    async def keep(self, entry: Entry, value: Value | None) -> None:
        """Let a value hold from now on; None is the default."""

    # --- the list ----------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Show every value."""
        wide = self.app.size.width >= _WIDE
        chosen = {name: self.chosen(each) for name, each in self._entries.items()}
        longest = max(len(each.where) for each in chosen.values())
        choices = []
        for name, entry in self._entries.items():
            value, where = in_short(shown(entry, chosen[name].value)), tr(chosen[name].where)
            choices.append(Choice(name, tr(entry.title), f"{value}   {where:<{longest}}" if wide else value))
        self._picker.set_choices(choices)
        if self._picker.highlighted is not None:
            self._tell(self._picker.highlighted)

    def _tell(self, name: str) -> None:
        entry = self._entries[name]
        self._picker.tell(entry, self.chosen(entry), self.problem(entry))

    @on(Picker.Highlighted)
    def _highlighted(self, event: Picker.Highlighted) -> None:
        self._tell(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        entry = self._entries[event.choice_id]
        chosen = self.chosen(entry)
        if chosen.origin is Origin.ENVIRONMENT:
            self.notify(
                tr("{title} is fixed by {where}.", title=tr(entry.title), where=chosen.where),
                title=tr("Settings"),
                markup=False,
            )
        elif entry.lines:
            self.app.push_screen(
                Rewriting(
                    tr(entry.title), str(chosen.value), empty=later("It says something; Esc leaves it.")
                ),
                lambda text: self._rewritten(entry, text),
            )
        elif not entry.options:
            self._ask(entry)
        else:
            self.app.push_screen(
                ValueScreen(entry, chosen, lambda value: self.attempt(entry, value)),
                lambda answer: self._answered(entry, answer),
            )

    # --- a value -----------------------------------------------------------------------------------------

    def _answered(self, entry: Entry, answer: str | None) -> None:
        if answer == _OTHER:
            self._ask(entry)
        elif answer is None:
            self.give_up()
        else:
            self._keep(entry, None if answer == _DEFAULT else entry.options[int(answer)].value)

    def _rewritten(self, entry: Entry, text: str | None) -> None:
        if text is not None:
            self._keep(entry, text)

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
                self.give_up()
            else:
                self._keep(entry, entry.read(values["value"]))

        now = self.chosen(entry).value
        text = f"{now:g}" if isinstance(now, float) else str(now)
        field = Field("value", tr(entry.title), text, required=False)
        self.app.push_screen(Ask(tr(entry.title), [field], check, note=tr(entry.help)), answered)

    def _keep(self, entry: Entry, value: Value | None) -> None:
        self.run_worker(self.keep(entry, value), exit_on_error=True)


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


def in_short(value: str) -> str:
    """A value in one line of the list."""
    line = " ".join(value.split())
    return line if len(line) <= _CELLS else f"{line[: _CELLS - 1]}…"
