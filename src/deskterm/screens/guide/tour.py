"""The first three things to know, taught by letting people do them: one card, never in the way."""

from collections.abc import Callable
from typing import Final

from deskterm.commands.keymap import Keymap
from deskterm.commands.model import Context
from deskterm.commands.table import BY_ID
from deskterm.screens.inbox.layout import InboxLayout
from deskterm.text.words import later, tr
from deskterm.widgets.chrome.card import Card

_TITLES: Final = (later("Move and open"), later("Reply and send"), later("Find everything"))
_SKIP: Final = later("Esc in the list skips")


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

    def sent(self) -> None:
        """A text was sent, which leaves it as well as a draft does."""
        if self._place == 1:
            self._done |= {"ticket.reply", "compose.send", "back"}
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
        keymap, typing = self._screen.keymap, self._screen.context is Context.COMPOSER
        steps = [
            (_key(keymap, each, typing=typing), tr(words), each in self._done)
            for each, words in _STEPS[self._place].items()
        ]
        title = tr(
            "First steps · {number} of {count} · {title}",
            number=self._place + 1,
            count=len(_TITLES),
            title=tr(_TITLES[self._place]),
        )
        self._card.show(title, steps, tr(_SKIP))


#: What each card asks for. Sending is told, not asked for: it would reach a customer.
_STEPS: Final[tuple[dict[str, str], ...]] = (
    {"list.down": later("to move in the list"), "ticket.open": later("to open a conversation")},
    {
        "ticket.reply": later("to write a reply"),
        "back": later("to leave the text as a draft"),
        "compose.send": later("sends, when you mean it"),
    },
    {"app.palette": later("finds any command by its name"), "app.help": later("shows every key")},
)


def _key(keymap: Keymap, command_id: str, *, typing: bool) -> str:
    """The key to press, one that is no letter while `typing`; both of the pair for moving."""
    hint = keymap.hint(command_id, typing=typing) or keymap.hint(command_id)
    key = hint[0] if hint else "–"
    if command_id == "list.down":
        return f"{key} {keymap.of(BY_ID['list.up']).shown_key}"
    return key
