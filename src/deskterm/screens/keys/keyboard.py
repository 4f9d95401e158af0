"""The keyboard of the console: chords, keys of one's own, and letters that come faster than the screen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath

from textual import events
from textual.binding import ActiveBinding
from textual.screen import ModalScreen
from textual.timer import Timer

from deskterm.commands.chords import Broken, Chords, Step, Waiting
from deskterm.commands.keymap import EVERY, Keymap
from deskterm.commands.keys import chords
from deskterm.commands.model import READING, Command, Context, Home, show_key
from deskterm.commands.panels import PANELS
from deskterm.commands.table import COMMANDS
from deskterm.screens.base import DeskScreen
from deskterm.screens.keys.in_turn import InTurn, Typed
from deskterm.screens.keys.keyed import OwnKeys
from deskterm.screens.keys.typed_ahead import TypedAhead
from deskterm.screens.patience import Patient
from deskterm.settings import Settings
from deskterm.text.words import tr

#: Seconds after which somebody who began a chord is told how it may go on.
_HESITATION = 0.35


#: What also answers while a question is open.
_ALWAYS = frozenset({"app.quit", "app.redraw", "app.help"})


#: What keys with alt do in a text, as in a shell.
_IN_TEXT = {
    "alt+b": "ctrl+left",
    "alt+f": "ctrl+right",
    "alt+backspace": "ctrl+w",
    "alt+tab": "shift+tab",
}


#: Keys that wait for nothing: they lead away from whatever is awaited.
_AT_ONCE = frozenset({"escape", "ctrl+q", "ctrl+l"})


class Keyboard(InTurn):
    """An app that follows the table of commands, and the keys of one's own, before any widget sees a key."""

    def __init__(self, settings: Settings, css_path: list[str | PurePath]) -> None:
        self._chords = Chords(())
        self._chord_hint: Timer | None = None
        self._gained: Mapping[str, Sequence[str]] = {}
        self._lost: Mapping[str, Sequence[str]] = {}
        self._meant: dict[str, set[str]] = {}
        self._found: tuple[object, set[tuple[Context | None, str]]] = (None, set())
        self._typed_ahead = TypedAhead()
        super().__init__(settings, css_path)

    def use_keymap(self, keymap: Keymap) -> None:
        """Follow other keys from now on."""
        super().use_keymap(keymap)
        self._chords = Chords(chords(keymap.all((*COMMANDS, *PANELS))))
        self._gained, self._lost = keymap.gained(), keymap.lost()
        self._meant, self._found = {}, (None, set())
        for each in keymap.all(EVERY.values()):
            for key in each.keys:
                self._meant.setdefault(key, set()).add(each.id)
        for screen in self.screen_stack if self.is_running else ():
            if isinstance(screen, DeskScreen | OwnKeys):
                screen.keys_changed()

    async def press(self, event: Typed) -> None:
        """Follow chords and the keys of one's own before any widget sees a key."""
        if isinstance(event, events.Paste):
            if not self._typed_ahead.keeps_paste(event):
                await super().press(event)
        elif apart := self._apart(event):
            self.press_first(apart)
        elif not self._typed_ahead.keeps(event, self.screen, chord=self._chords.takes(_name(event))):
            await self._press(event)

    def await_desk(self) -> None:
        """What is typed until `press_typed` is for the screen of a desk."""
        self._typed_ahead.promise()

    def press_typed(self, fits: Callable[[], bool] = lambda: True) -> None:
        """Press what was typed while the desk opened, if what is shown `fits` it once it is there."""
        self.call_later(self._press_kept, fits)

    async def _press_kept(self, fits: Callable[[], bool]) -> None:
        if self._typed_ahead and isinstance(self.screen, DeskScreen):
            await self.screen.ready()
        self.press_first(self._typed_ahead.release(fitting=fits()))

    async def _press(self, event: events.Key) -> None:
        if isinstance(self.screen, Patient) and event.key not in _AT_ONCE:
            await self.screen.ready()
        if await self._chord(event) or await self._own_key(event):
            return
        self._tell_unknown(event)
        await super().press(event)

    async def _chord(self, event: events.Key) -> bool:
        """Whether the key belonged to a chord."""
        if (isinstance(self.screen, ModalScreen) and self._place is None) or self.is_text(event):
            self._chords.cancel()
            return False
        step = self._chords.press(_name(event), self._place)
        self._hint_at(step)
        if isinstance(step, Command):
            if not await self.run_command(step):
                self._typed_ahead.keep_chord()
        elif isinstance(step, Broken) and event.key != "escape":
            self.notify(
                tr("No keys “{names}” here. {@app.help:?} shows all.", names=" ".join(step.typed)),
                timeout=3,
                markup=False,
            )
        return step is not None

    async def _own_key(self, event: events.Key) -> bool:
        """Whether the key was one of one's own, or one that was taken from its command.

        Keys that mean what they mean in the table are left to the bindings.
        """
        name = _name(event)
        if (name not in self._gained and name not in self._lost) or self.is_text(event):
            return False
        here = self._here()
        if any(name in self.keymap.of(each).keys for each in here if each.home is Home.PANEL):
            here = [each for each in here if each.home is Home.PANEL]
        for command in here:
            if command.id in self._gained.get(name, ()) and await self.run_command(command):
                return True
        inside = self._inside()
        for each in inside:
            if each.binding.id in self._gained.get(name, ()):
                return await self.run_action(each.binding.action, each.node)
        held = {each.id for each in here} | {each.binding.id for each in inside}
        if held & set(self._lost.get(name, ())):
            self._flash(name)
            return True
        return False

    def of_panel(self) -> list[Command]:
        """What the panel that is open can do, and what is inside of it."""
        own = self.screen.offered() if isinstance(self.screen, OwnKeys) else []
        inside = {each.binding.id for each in self._inside()}
        return list(dict.fromkeys((*own, *(EVERY[each] for each in EVERY if each in inside))))

    def _inside(self) -> list[ActiveBinding]:
        """What the widgets around the keyboard do themselves, and the panel they are in."""
        bound = self.screen.active_bindings.values()
        others = (self, self.screen) if isinstance(self.screen, DeskScreen) else (self,)
        return [each for each in bound if each.enabled and each.node not in others]

    def _here(self) -> list[Command]:
        """The commands that may answer where the keyboard is."""
        screen = self.screen
        if isinstance(screen, ModalScreen):
            own = screen.offered() if isinstance(screen, OwnKeys) else []
            return [*own, *(each for each in COMMANDS if each.id in _ALWAYS)]
        if not isinstance(screen, DeskScreen):
            return [each for each in COMMANDS if each.home is Home.APP]
        context = self._place
        return [each for each in screen.offered() if context is None or context in each.contexts]

    @property
    def _place(self) -> Context | None:
        screen = self.screen
        if isinstance(screen, OwnKeys):
            return screen.panel
        return screen.context if isinstance(screen, DeskScreen) else None

    def _tell_unknown(self, event: events.Key) -> None:
        """Say quietly that a key does nothing here, where keys are commands."""
        if self._place not in READING or not _may_be_command(event) or self.is_text(event):
            return
        name, place = _name(event), self._place
        if self._found[0] is not self.screen:
            self._found = (self.screen, set())
        if (place, name) in self._found[1]:
            return  # found here before: to look through all commands costs what one waits for at each key
        meant = self._meant.get(name)
        if meant and any(each.id in meant for each in self._here()):
            self._found[1].add((place, name))
            return
        bound = self.screen.active_bindings
        others = [bound[key] for key in event.aliases if key in bound and bound[key].binding.id not in EVERY]
        if not any(each.enabled for each in others):
            self._flash(name)

    def _flash(self, name: str) -> None:
        screen = self.screen
        if isinstance(screen, DeskScreen):
            hint = self.keymap.hint("app.help", typing=screen.context not in READING)
            said = tr("no key ‘{key}’ here", key=show_key(name))
            screen.flash(f"{said} — {tr('{key} for help', key=hint[0])}" if hint else said)

    def _hint_at(self, step: Step) -> None:
        """Say which keys may follow, to whoever hesitates after the first one."""
        if self._chord_hint is not None:
            self._chord_hint.stop()
            self._hint([])
        self._chord_hint = (
            self.set_timer(_HESITATION, lambda: self._hint(list(self._chords.following().items())))
            if isinstance(step, Waiting)
            else None
        )

    def _hint(self, following: list[tuple[str, Command]]) -> None:
        screen = self.screen
        if isinstance(screen, DeskScreen):
            offered = {each.id for each in screen.offered()}
            screen.show_following(
                [(show_key(key), each.label) for key, each in following if each.id in offered]
            )

    def _apart(self, event: events.Key) -> tuple[events.Key, ...]:
        """The keys that one with alt stands for, where nothing is to be done for it as such.

        A terminal sends Escape and a letter typed right behind it as it sends the letter with alt.
        """
        if not event.key.startswith("alt+") or not event.character or event.key in self._gained:
            return ()
        in_text = self.focused is not None and self.focused.check_consume_key("a", "a")
        if in_text and event.key in _IN_TEXT:
            return (events.Key(_IN_TEXT[event.key], None),)
        return events.Key("escape", "\x1b"), events.Key(event.key.removeprefix("alt+"), event.character)

    async def run_command(self, command: Command) -> bool:
        """Do what a command of the table says, wherever the focus is; answers whether it may be done."""
        return await self.run_action(command.action, self if command.home is Home.APP else self.screen)


def _name(event: events.Key) -> str:
    """The key as the table names it."""
    if event.character and event.is_printable and not event.key.startswith("alt+"):
        return "space" if event.character == " " else event.character
    return event.key


def _may_be_command(event: events.Key) -> bool:
    """Whether somebody who presses this expects a command: a letter, a sign, or an F key."""
    return event.is_printable or (event.key[:1] == "f" and event.key[1:].isdigit())
