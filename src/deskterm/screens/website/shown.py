"""A text that is to be copied somewhere else: a key, a secret, a line of HTML."""

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from deskterm.screens.text_page import TextPage
from deskterm.terminal.clipboard import copy
from deskterm.text.words import tr


class Shown(TextPage):
    """The text with a note below it; F6 copies it exactly, however it is wrapped here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "copy", "copy", id="shown.copy", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, note: str) -> None:
        super().__init__(title, f"{text}\n\n{note}", hints=tr("F6 copy  Esc back"))
        self._copied = text

    @work(exclusive=True, exit_on_error=False)
    async def action_copy(self) -> None:
        """Put it on the clipboard, and say how."""
        route = await copy(self._copied, self.app.copy_to_clipboard)
        self.notify(route.value, title=tr("Copied"), timeout=6, markup=False)
