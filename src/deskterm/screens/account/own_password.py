"""A new password of one's own."""

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.accounts.guests import Present, own_account
from deskterm.client.errors import ApiError, ClientError
from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field, Form

_FIELDS = {
    "current": later("Present password"),
    "new": later("New password"),
    "again": later("Once more"),
}
#: Fewer characters the server refuses.
_LEAST = 8


class PasswordScreen(Over[bool]):
    """Answers whether it was changed."""

    panel = Context.PASSWORD
    first = later("⏎ change")
    last = later("Esc cancel")

    def __init__(self, present: Present) -> None:
        super().__init__()
        self._present = present
        fields = [Field(name, tr(label), secret=True) for name, label in _FIELDS.items()]
        self._form = Form(tr("Change password"), fields, classes="pane")
        self._under_way = False

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._form

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._form.field("current"))
        self._form.show_note(tr("Your other devices are signed out by it."))

    def show_hints(self, words: str) -> None:
        """In the frame of the form."""
        self._form.set_frame(foot=[(words, "$muted")])

    def action_reveal(self) -> None:
        """Show what was typed, or hide it again."""
        self._form.action_reveal()

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        event.stop()
        values = event.values
        if len(values["new"]) < _LEAST:
            self._form.show_error(tr("A password has at least {least} characters.", least=_LEAST), "new")
        elif values["new"] != values["again"]:
            self._form.show_error("The two new passwords differ.", "again")
        elif not self._under_way:
            self._under_way = True
            self._form.set_busy(True, tr("Changing…"))
            self._change(values["current"], values["new"])

    @on(Form.Cancelled)
    def _cancelled(self, event: Form.Cancelled) -> None:
        event.stop()
        self.dismiss(False)

    @work(exclusive=True, exit_on_error=False)
    async def _change(self, current: str, new: str) -> None:
        own = own_account(self._present)
        try:
            await own.change_password(current, new)
        except ClientError as error:
            wrong = isinstance(error, ApiError) and error.code == "invalid_credentials"
            self._form.set_busy(False)
            words = tr("That is not your present password.") if wrong else error.sentence
            self._form.show_error(words, "current" if wrong else "new")
        else:
            self.dismiss(True)
        finally:
            self._under_way = False
            await own.close()
