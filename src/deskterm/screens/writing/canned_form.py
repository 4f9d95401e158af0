"""Writing a canned reply, new or anew."""

from collections.abc import Awaitable, Callable, Mapping

from textual import on
from textual.app import ComposeResult

from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.screens.writing.canned_values import VARIABLES
from deskterm.text.words import later, tr
from deskterm.widgets.composer.canned_panel import CannedPanel

#: Stores the fields and answers what speaks against it, or nothing.
Save = Callable[[Mapping[str, str]], Awaitable[str]]

_NOTE = later(
    "Filled in by themselves: {variables}. {contact.first_name|there} says “there” where no name is known; "
    "you fill in any other {name}."
)


class EditCanned(Over[bool]):
    """The form in the middle; answers whether something was stored."""

    panel = Context.CANNED_FORM
    last = later("Tab next field  Esc leave")

    def __init__(self, title: str, values: Mapping[str, str], save: Save, *, may_share: bool) -> None:
        super().__init__()
        variables = " ".join(f"{{{each}}}" for each in VARIABLES)
        note = tr(_NOTE, variables=variables)
        self._panel = CannedPanel(
            title,
            values,
            may_share=may_share,
            note=note,
        )
        self._save = save
        self._may_share = may_share

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._panel

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._panel.field)

    def may(self, command_id: str) -> bool:
        """Admins say who uses it."""
        return self._may_share or command_id != "canned.share"

    async def action_of_form(self, action: str) -> None:
        """What the form does."""
        await self._panel.run_action(action)

    def show_hints(self, words: str) -> None:
        """In the form's frame, and beside what they are for."""
        self._panel.name_keys(words, self.key)

    @on(CannedPanel.Submitted)
    def _submitted(self, event: CannedPanel.Submitted) -> None:
        self.run_worker(self._store(event.values), exclusive=True)

    async def _store(self, values: Mapping[str, str]) -> None:
        trouble = await self._save(values)
        if trouble:
            self._panel.show_error(trouble)
        else:
            self.dismiss(True)

    @on(CannedPanel.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(False)
