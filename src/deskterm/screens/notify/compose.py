"""Writing a notification: looked at and counted before it goes out, and watched until everybody has it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ApiError, ClientError
from deskterm.commands.model import Context
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Contact, Named
from deskterm.screens.notify.recipients import ChooseContacts
from deskterm.screens.over import Over
from deskterm.screens.sentences import brief
from deskterm.text.words import later, tr, trn
from deskterm.widgets.notify.panel import NotifyPanel

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: So many recipients are named; the others are counted.
_NAMED = 3
#: Seconds between two looks at how far it is.
_LOOK = 0.4

Written = tuple[tuple[str, ...], str, dict[str, str]]


class ComposeNotification(Over[str | None]):
    """The form in the middle; answers in a sentence what was sent, or None.

    `ctrl+s` asks the server whom it would reach and shows that; again, with nothing changed, it sends. One
    key names the whole attempt, so that trying again after a failure reaches nobody twice.
    """

    panel = Context.NOTIFICATION
    last = later("Esc leave")

    def __init__(self, desk: "Desk", contacts: Sequence[Contact], now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._contacts = list(contacts)
        self._panel = NotifyPanel(now)
        self._asked: Written | None = None
        self._key: tuple[Written, str] | None = None

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._panel

    def on_mount(self) -> None:
        """Write at once; without a recipient, choose some first."""
        self.set_focus(self._panel.field)
        self._draw_recipients()
        if not self._contacts:
            self._choose()

    async def action_of_form(self, action: str) -> None:
        """What the form does."""
        await self._panel.run_action(action)

    def show_hints(self, words: str) -> None:
        """In the form's frame, and beside what they are for."""
        self._panel.name_keys(words, self.key)

    # --- recipients --------------------------------------------------------------------------------------

    @on(NotifyPanel.RecipientsWanted)
    def _choose(self) -> None:
        chooser = ChooseContacts(self._desk, self._contacts)
        self.app.push_screen(chooser, lambda ids: self._chosen([chooser.found[each] for each in ids or ()]))

    def _chosen(self, contacts: list[Contact]) -> None:
        self._contacts = contacts
        self._asked = None
        self._panel.say()
        self._draw_recipients()

    def _draw_recipients(self) -> None:
        self._panel.set_recipients(named([each.label for each in self._contacts]) or tr("nobody yet"))

    # --- sending -----------------------------------------------------------------------------------------

    @on(NotifyPanel.Changed)
    def _changed(self) -> None:
        self._asked = None

    @on(NotifyPanel.Submitted)
    def _submitted(self, event: NotifyPanel.Submitted) -> None:
        if not self._contacts:
            self._choose()
            return
        written = (tuple(each.id for each in self._contacts), event.body, event.style)
        if self._asked == written:
            self._send(written)
        else:
            self._ask(written)

    @work(exclusive=True, group="notify", exit_on_error=False)
    async def _ask(self, written: Written) -> None:
        ids, body, style = written
        try:
            found = await self._desk.api.preview_notification(ids, body, style)
        except ClientError as error:
            self._refuse(error)
            return
        if not found.recipients:
            self._panel.say(("✗ " + tr("Nobody would receive it."), "$delivery-failed"))
            return
        self._asked = written
        self._panel.say(
            (tr("Goes to {contacts}:", contacts=_count(found.recipients)) + " ", "bold"),
            (_first(found.contacts, found.recipients), ""),
            (". " + tr("It cannot be taken back. {@notify.send:^S} again sends it."), "bold"),
        )

    @work(exclusive=True, group="notify", exit_on_error=False)
    async def _send(self, written: Written) -> None:
        ids, body, style = written
        if self._key is None or self._key[0] != written:
            self._key = (written, IdSource().new())
        self._panel.set_busy(True)
        self._panel.say((tr("Sending…"), "$muted"))
        try:
            sent = await self._desk.api.send_notification(ids, body, style, self._key[1])
            await self._watch(sent.id, sent.sent, sent.recipients)
        except ClientError as error:
            self._refuse(error)
            return
        finally:
            self._panel.set_busy(False)
        self.dismiss(
            tr(
                "Sent to {contacts} · {@notify.sent:g n} shows who has read it",
                contacts=_count(sent.recipients),
            )
        )

    async def _watch(self, notification_id: str, sent: int, recipients: int) -> None:
        """Tell how far it is, until everybody has it."""
        while sent < recipients:
            self._panel.say(
                (
                    tr("Sent to {sent} of {recipients}…", sent=f"{sent:,}", recipients=f"{recipients:,}"),
                    "$muted",
                )
            )
            await self._desk.rest(_LOOK)
            sent = (await self._desk.api.notification(notification_id)).sent

    def _refuse(self, error: ClientError) -> None:
        words = brief(error)
        if isinstance(error, ApiError) and error.code == "not_found":
            words = tr(
                "One of them is no contact of yours any more. {key} chooses again.",
                key=self.key("notify.recipients"),
            )
        self._panel.say((f"✗ {words}", "$delivery-failed"), (" " + tr("Your text is still here."), "$muted"))

    @on(NotifyPanel.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)


def named(labels: Sequence[str]) -> str:
    """`John Doe, Jane Smith and 12 others`."""
    if len(labels) <= _NAMED:
        return ", ".join(labels)
    names, rest = ", ".join(labels[: _NAMED - 1]), len(labels) - _NAMED + 1
    return trn("{names} and {count} other", "{names} and {count} others", rest, names=names)


def _count(recipients: int) -> str:
    return trn("{count} contact", "{count} contacts", recipients)


def _first(contacts: Sequence[Named], recipients: int) -> str:
    first = [each.name or tr("a visitor") for each in contacts[:_NAMED]]
    rest, names = recipients - len(first), ", ".join(first)
    return (
        trn("{names} and {count} more", "{names} and {count} more", rest, names=names) if rest > 0 else names
    )
