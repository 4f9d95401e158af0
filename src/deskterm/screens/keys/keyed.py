"""The keys in force: read from a person's own file at the start, and again when it changes."""

from pathlib import Path, PurePath
from typing import Any, ClassVar

from textual.notifications import SeverityLevel
from textual.screen import Screen

from deskterm.commands.keymap import Keymap, preset_keymap
from deskterm.commands.model import Command, Context
from deskterm.settings import Settings
from deskterm.terminal.app import TerminalApp
from deskterm.text.words import name_keys, tr, trn

#: The name of the file.
KEYS_FILE = "keys.toml"
#: How long it is said what is wrong with the file, and how many lines of it.
_SAID, _MOST_SAID = 10.0, 4


class OwnKeys:
    """What is over a screen and may have keys of its own in the table of commands, as its `panel`."""

    panel: ClassVar[Context | None] = None

    def offered(self) -> list[Command]:
        """Its commands that can be done now."""
        return []

    def keys_changed(self) -> None:
        """Name the keys that are in force now."""


class KeyedApp(TerminalApp):
    """An app with a keymap: `keys.toml` beside the settings' file, over the preset that the settings name."""

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        super().__init__(settings, css_path)
        self._keys_file = settings.file.with_name(KEYS_FILE) if settings.file else None
        self._keys_read = _state(self._keys_file)
        self._preset: str = settings.keys
        self.keymap = Keymap()
        """What each key does now."""
        self.use_keymap(self._read_keymap())

    def use_keymap(self, keymap: Keymap) -> None:
        """Follow other keys from now on."""
        self.keymap = keymap
        name_keys(keymap.names())

    def action_reload_keys(self) -> None:
        """Read the file again and tell what it holds."""
        self.reload_keys()
        own = len(self.keymap.changes)
        if not self.keymap.troubles:
            nothing = tr("No keys of your own in {file}.", file=KEYS_FILE)
            said = trn(
                "{file}: {count} command has keys of your own.",
                "{file}: {count} commands have keys of your own.",
                own,
                file=KEYS_FILE,
            )
            self.notify(said if own else nothing, markup=False)

    def on_app_focus(self) -> None:
        """Somebody comes back, perhaps from their editor: take up what they changed."""
        if _state(self._keys_file) != self._keys_read:
            self.reload_keys()

    def tell_key_troubles(self) -> None:
        """Say which lines of the file are not in force, or not everywhere."""
        troubles = self.keymap.troubles
        told = [each.sentence for each in troubles]
        if len(told) > _MOST_SAID:
            told = [*told[: _MOST_SAID - 1], tr("… and more: deskterm doctor lists them all.")]
        if told:
            ignored = any(each.ignored for each in troubles)
            severity: SeverityLevel = "warning" if ignored else "information"
            self.notify("\n".join(told), severity=severity, timeout=_SAID, markup=False)

    def follow_preset(self, name: str) -> None:
        """The settings name a preset now; the same one changes nothing."""
        if name != self._preset:
            self._preset = name
            self.reload_keys()

    def reload_keys(self) -> None:
        """Take up the file and the preset as they are now; says what is wrong with them."""
        self._keys_read = _state(self._keys_file)
        self.use_keymap(self._read_keymap())
        self.tell_key_troubles()

    def _read_keymap(self) -> Keymap:
        if self._keys_file is None or self._keys_read is None:
            return preset_keymap(self._preset)
        from deskterm.commands.keyfile import read_keymap  # the parser, for those alone who have a file

        return read_keymap(self._keys_file, self._preset)


def keymap_of(screen: Screen[Any]) -> Keymap:
    """The keys in force where this screen is."""
    app = screen.app
    return app.keymap if isinstance(app, KeyedApp) else Keymap()


def _state(path: Path | None) -> tuple[int, int] | None:
    """What differs after somebody wrote the file; None while there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
