"""Screens that stand over another one."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

from deskterm.screens.failures import HandsOnFailures
from deskterm.terminal.composing import ComposesSparingly

Answer = TypeVar("Answer")


class Over(HandsOnFailures, ComposesSparingly, ModalScreen[Answer]):
    """A screen over another one, with an answer. It leaves once, whatever follows in the same burst of keys:
    where Enter has taken it away, Textual would let an Escape behind it take away the screen below.
    """

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave with an answer; nothing if it has left already."""
        if self.app.screen_stack[-1:] != [self]:
            return AwaitComplete()
        return super().dismiss(result)
