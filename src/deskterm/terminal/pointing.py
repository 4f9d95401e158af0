"""The terminal's own cursor: shown where one writes, in the place of a drawn one, and hidden elsewhere.

Screen readers, magnifiers and the windows of input methods follow it. It keeps the shape that its reader gave
it and takes the colour of the text, which is seen on the theme's ground.
"""

from collections.abc import Callable
from typing import ClassVar

from textual.driver import Driver

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
#: The colour that the cursor has by itself.
OWN_COLOUR = "\x1b]112\x1b\\"

#: How a write ends that draws: with a move to the cursor's place, and perhaps the end of a style.
_DREW = ("H", "H\x1b[0m")


class TerminalCursor:
    """Whether it is `wanted` after the next frame, and in which `colour`, as in `#e0e0e0`; its own if empty.

    While a frame is drawn it is hidden, or it would be seen at every place that is drawn.
    """

    def __init__(self) -> None:
        self.wanted = False
        self.colour = ""
        self._shown = False
        self._coloured = ""

    def through(self, driver: type[Driver]) -> type[Driver]:
        """`driver`, made to show and hide it."""
        return type(driver.__name__, (_Pointing, driver), {"pointer": self})

    def around(self, data: str) -> str:
        """What is written, with the cursor hidden before and, where wanted, shown after what draws."""
        if not data.endswith(_DREW):
            return data
        hide = HIDE if self._shown else ""
        self._shown = self.wanted
        return f"{hide}{data}{self._colouring()}{SHOW}" if self.wanted else f"{hide}{data}"

    def give_back(self, write: Callable[[str], None]) -> None:
        """The terminal goes to somebody else, with the colour that it had."""
        if self._coloured:
            write(OWN_COLOUR)
        self._shown, self._coloured = False, ""

    def _colouring(self) -> str:
        if self.colour == self._coloured:
            return ""
        self._coloured = self.colour
        return f"\x1b]12;{self.colour}\x1b\\" if self.colour else OWN_COLOUR


class _Pointing(Driver):
    """Draws around the cursor."""

    pointer: ClassVar[TerminalCursor]

    def write(self, data: str) -> None:
        super().write(self.pointer.around(data))  # type: ignore[safe-super]  # the platform's driver comes next

    def stop_application_mode(self) -> None:
        self.pointer.give_back(super().write)  # type: ignore[safe-super]
        super().stop_application_mode()  # type: ignore[safe-super]
