"""A text that is to be copied somewhere else: a key, a secret, a line of HTML."""

from textual import work

from deskterm.commands.model import Context
from deskterm.screens.text_page import TextPage
from deskterm.terminal.clipboard import copy
from deskterm.text.words import later, tr


class Shown(TextPage):
    """The text with a note below it; F6 copies it exactly, however it is wrapped here."""

    panel = Context.SHOWN
    last = later("Esc back")

    def __init__(self, title: str, text: str, note: str) -> None:
        super().__init__(title, f"{text}\n\n{note}")
        self._copied = text

    @work(exclusive=True, exit_on_error=False)
    async def action_copy(self) -> None:
        """Put it on the clipboard, and say how."""
        route = await copy(self._copied, self.app.copy_to_clipboard)
        self.notify(tr(route.value), title=tr("Copied"), timeout=6, markup=False)
