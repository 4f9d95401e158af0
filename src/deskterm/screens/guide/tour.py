"""The first three things to know, taught by letting people do them: one card, never in the way."""

from collections.abc import Callable
from typing import Final

from deskterm.commands.keymap import Keymap
from deskterm.commands.model import Context
from deskterm.commands.table import BY_ID
from deskterm.screens.inbox.layout import InboxLayout
from deskterm.widgets.chrome.card import Card

_TITLES: Final = ("Move and open", "Reply and send", "Find everything")
_SKIP: Final = "Esc in the list skips"


class Tour:
    """One showing around in one inbox.

    `look` is told that something happened, `opened` that the palette or the help was; `over` is called at
    the end, with whether it was seen to its end.
    """

    def __init__(self, screen: InboxLayout, over: Callable[[bool], None]) -> None:
        self._screen = screen
        self._over = over
        self._card = Card(classes="pane tour")
        self._place = 0
        self._began = screen.list.cursor_id
        self._done: set[str] = set()
        screen.mount(self._card)
        self._draw()

    def look(self) -> None:
        """Go on if what the card asks for was done."""
        screen, done = self._screen, self._done
        if self._place == 0:
            if screen.list.cursor_id != self._began:
                done.add("list.down")
            if screen.reading_mode:
                done.add("ticket.open")
        elif self._place == 1:
            if screen.context is Context.COMPOSER:
                done.add("ticket.reply")
            elif "ticket.reply" in done:
                done.add("back")
        self._go_on()

    def opened(self, command_id: str) -> None:
        """The palette or the help was opened."""
        self._done.add(command_id)
        if self._place == len(_TITLES) - 1:
            self._go_on()

    def skip(self) -> bool:
        """Leave out the rest, if Escape has nothing else to do; answers whether it had not."""
        if self._screen.context is not Context.LIST or self._screen.reading_mode:
            return False
        self._end(seen=False)
        return True

    def end(self) -> None:
        """Take the card away without a word."""
        self._card.remove()

    def draw(self) -> None:
        """Other keys are in force."""
        self._draw()

    def _go_on(self) -> None:
        if self._wanted() <= self._done:
            self._place += 1
            if self._place == len(_TITLES):
                self._end(seen=True)
                return
        self._draw()

    def _wanted(self) -> set[str]:
        return {"ticket.open"} if self._place == 0 else set(_STEPS[self._place]) - {"compose.send"}

    def _end(self, *, seen: bool) -> None:
        self.end()
        self._over(seen)

    def _draw(self) -> None:
        keymap = self._screen.keymap
        steps = [
            (_key(keymap, each), words, each in self._done) for each, words in _STEPS[self._place].items()
        ]
        title = f"First steps · {self._place + 1} of {len(_TITLES)} · {_TITLES[self._place]}"
        self._card.show(title, steps, _SKIP)


#: What each card asks for. Sending is told, not asked for: it would reach a customer.
_STEPS: Final[tuple[dict[str, str], ...]] = (
    {"list.down": "to move in the list", "ticket.open": "to open a conversation"},
    {
        "ticket.reply": "to write a reply",
        "back": "to leave the text as a draft",
        "compose.send": "sends, when you mean it",
    },
    {"app.palette": "finds any command by its name", "app.help": "shows every key"},
)


def _key(keymap: Keymap, command_id: str) -> str:
    """The key to press; both of the pair for moving."""
    key = keymap.of(BY_ID[command_id]).shown_key or "–"
    if command_id == "list.down":
        return f"{key} {keymap.of(BY_ID['list.up']).shown_key}"
    return key
