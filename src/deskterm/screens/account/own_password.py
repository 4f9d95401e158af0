"""A new password of one's own."""

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding

from deskterm.client.accounts.guests import Present, own_account
from deskterm.client.errors import ApiError, ClientError
from deskterm.screens.over import Over
from deskterm.widgets.asking.form import Field, Form

_FIELDS = (
    Field("current", "Present password", secret=True),
    Field("new", "New password", secret=True),
    Field("again", "Once more", secret=True),
)
#: Fewer characters the server refuses.
_LEAST = 8


class PasswordScreen(Over[bool]):
    """Answers whether it was changed."""

    BINDINGS = [Binding("f2", "reveal", "show passwords", show=False, priority=True)]

    def __init__(self, present: Present) -> None:
        super().__init__()
        self._present = present
        self._form = Form("Change password", _FIELDS, button="⏎ change  F2 show  Esc cancel", classes="pane")
        self._under_way = False

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._form

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._form.field("current"))
        self._form.show_note("Your other devices are signed out by it.")

    def action_reveal(self) -> None:
        """Show what was typed, or hide it again."""
        self._form.action_reveal()

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        event.stop()
        values = event.values
        if len(values["new"]) < _LEAST:
            self._form.show_error(f"A password has at least {_LEAST} characters.", "new")
        elif values["new"] != values["again"]:
            self._form.show_error("The two new passwords differ.", "again")
        elif not self._under_way:
            self._under_way = True
            self._form.set_busy(True, "Changing…")
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
            words = "That is not your present password." if wrong else error.sentence
            self._form.show_error(words, "current" if wrong else "new")
        else:
            self.dismiss(True)
        finally:
            self._under_way = False
            await own.close()
