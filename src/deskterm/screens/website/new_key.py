"""The making of an API key: its name, its end, and what it may."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.client.http.website_calls import ApiKey
from deskterm.protocol.api_keys import KeyKind, Scope
from deskterm.screens.inbox.snooze import parse
from deskterm.screens.over import Over
from deskterm.screens.sentences import refused
from deskterm.screens.several import ChooseSeveral
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.asking.picker import Choice

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: What each scope lets a key do.
SCOPES = {
    Scope.CONVERSATIONS_READ: later("read conversations and messages"),
    Scope.CONVERSATIONS_WRITE: later("write messages, change conversations"),
    Scope.CONTACTS_READ: later("read contacts"),
    Scope.CONTACTS_WRITE: later("make and change contacts"),
    Scope.ORGANIZATION_READ: later("read members, personas, settings"),
    Scope.NOTIFICATIONS_READ: later("read which notifications were sent"),
    Scope.NOTIFICATIONS_WRITE: later("send notifications"),
}


class NewKey(Over[ApiKey | None]):
    """The form in the middle; a secret key's scopes are chosen after it. Answers the key with itself."""

    def __init__(self, desk: "Desk", kind: KeyKind, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._kind = kind
        self._now = now
        websites = Field(
            "origins", tr("Websites"), "", tr("empty = those of the chat's settings"), required=False
        )
        fields = [
            Field("name", tr("Name"), "", tr("what it is for")),
            *([websites] if kind is KeyKind.PUBLISHABLE else []),
            Field("until", tr("Ends"), "", tr("90d, 2027-01-31; empty = never"), required=False),
        ]
        self._form = Form(
            tr("A new key: {kind}", kind=tr(kind.value)),
            fields,
            button=tr("⏎ go on  Esc cancel"),
            classes="pane",
        )

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._form

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._form.field("name"))

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        text = event.values["until"].strip()
        if text and parse(text, self._now()) is None:
            self._form.show_error(tr("Not a time to come. Write 90d or 2027-01-31."), "until")
        elif self._kind is KeyKind.SECRET:
            choices = [Choice(scope.value, scope.value, tr(words)) for scope, words in SCOPES.items()]
            self.app.push_screen(
                ChooseSeveral(tr("What the key may do"), choices, [], later("type to filter")),
                lambda scopes: self._scopes_chosen(event.values, scopes),
            )
        else:
            self._make(event.values, [])

    def _scopes_chosen(self, values: Mapping[str, str], scopes: list[str] | None) -> None:
        if scopes:
            self._make(values, scopes)
        else:
            self._form.show_error(tr("A secret key without a scope may do nothing."), "name")

    @work(exclusive=True, exit_on_error=False)
    async def _make(self, values: Mapping[str, str], scopes: list[str]) -> None:
        origins = [each.strip() for each in values.get("origins", "").split(",") if each.strip()]
        until = values["until"].strip()
        try:
            made = await self._desk.api.make_api_key(
                self._kind,
                values["name"].strip(),
                scopes=scopes,
                origins=origins,
                expires_at=parse(until, self._now()) if until else None,
            )
        except ClientError as error:
            self._form.show_error(refused(error), "name")
            return
        self.dismiss(made)

    @on(Form.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
