"""The keys in force: those of the table, of a preset, and a person's own over them."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final

from deskterm.commands.customer import BY_ID as CUSTOMERS
from deskterm.commands.inside import INSIDE
from deskterm.commands.model import Command
from deskterm.commands.panels import PANELS
from deskterm.commands.presets import DEFAULT, PRESETS
from deskterm.commands.table import BY_ID as AGENTS
from deskterm.record import record

#: The agents' and the customers' commands, those of panels and of what is inside.
EVERY: Final[Mapping[str, Command]] = {
    **AGENTS,
    **CUSTOMERS,
    **{each.id: each for each in (*PANELS, *INSIDE)},
}


@record
class Change:
    """A line that is in force: which command, its keys as the table writes them, and where that stands."""

    id: str
    typed: str
    where: str

    @property
    def words(self) -> str:
        """`ticket.reply = ctrl+r (keys.toml:4)`."""
        keys = ", ".join(key.replace(">", " ") if len(key) > 1 else key for key in self.typed.split())
        return f"{self.id} = {keys or 'nothing'} ({self.where})"


@record
class Trouble:
    """What is wrong with a line, in a sentence; `ignored` unless the line is in force all the same."""

    where: str
    words: str
    ignored: bool = True

    @property
    def sentence(self) -> str:
        """`keys.toml:4: …`."""
        return f"{self.where}: {self.words}"


@record
class Keymap:
    """What each key does. `changed` holds the commands whose keys are not the table's."""

    preset: str = DEFAULT
    changed: Mapping[str, Command] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    def of(self, command: Command) -> Command:
        """A command of the table with the keys that it has now."""
        return self.changed.get(command.id, command)

    def all(self, commands: Iterable[Command]) -> list[Command]:
        """Commands of the table with the keys that they have now."""
        return [self.of(command) for command in commands]

    def where(self, command_id: str) -> str:
        """Which line gave a command its keys, as `keys.toml:4`; nothing for the table's and a preset's."""
        return next((each.where for each in self.changes if each.id == command_id), "")

    def names(self) -> dict[str, str]:
        """What sentences call the keys that are not the table's; a command without one goes by its title."""
        return {each.id: each.shown_key or f"“{each.title}”" for each in self.changed.values()}

    def hint(self, command_id: str, *, typing: bool = False) -> tuple[str, str] | None:
        """Key and word of a command for a footer: while `typing`, a key that is no text. None without one."""
        command = self.of(EVERY[command_id])
        for key in command.typed.split():
            if not typing or (len(key) > 1 and key != "space"):
                return replace(command, typed=key).shown_key, command.label
        return None

    def ends(self, *, typing: bool = False) -> list[tuple[str, str]]:
        """What every footer ends with: where help is."""
        return [each for name in _HELP if (each := self.hint(name, typing=typing)) is not None]

    def gained(self) -> dict[str, list[str]]:
        """Keys that run a command they do not run in the table, with the ids of those commands."""
        return _differing(self.changed.values(), EVERY)

    def lost(self) -> dict[str, list[str]]:
        """Keys that do not run a command any more that they run in the table, with the ids of those."""
        return _differing((EVERY[each] for each in self.changed), self.changed)


def preset_keymap(name: str) -> Keymap:
    """The keys of a preset alone; those of the table for a name that there is none of."""
    table = PRESETS.get(name, {})
    changed = {each: replace(EVERY[each], typed=typed) for each, typed in table.items()}
    return Keymap(preset=name if name in PRESETS else DEFAULT, changed=changed)


def _differing(commands: Iterable[Command], others: Mapping[str, Command]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for command in commands:
        for key in set(command.keys) - set(others[command.id].keys):
            found.setdefault(key, []).append(command.id)
    return found


_HELP: Final = ("app.help", "app.palette")
