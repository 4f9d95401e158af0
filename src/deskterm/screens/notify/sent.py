"""What was sent to whom, and who has read it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Changes, NotificationChanged
from deskterm.protocol.notifications import Notification, Recipient
from deskterm.screens.over import Over
from deskterm.screens.sentences import brief
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.notify.sheet import NotificationSheet

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class SentNotifications(Over[None]):
    """The notifications, the latest first; choosing one shows its recipients."""

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._known: dict[str, Notification] = {}
        hints = tr("↑↓ choose  ⏎ recipients  Esc close")
        self._picker = Picker(
            tr("Sent notifications"), [], placeholder=tr("find by words"), hints=hints, classes="pane"
        )
        self._stop: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; the list comes when it is here, and follows what happens."""
        self.set_focus(self._picker.field)
        self._picker.set_choices([Choice("", tr("Loading…"), disabled=True)])
        self._stop = self._desk.subscribe(self._learnt)
        self._load()

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            page = await self._desk.api.notifications(limit=100)
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        self._known = {each.id: each for each in page.items}
        self._draw()

    def _learnt(self, changes: Changes) -> None:
        for change in changes:
            if isinstance(change, NotificationChanged):
                self._known = {change.notification.id: change.notification} | {
                    **self._known,
                    change.notification.id: change.notification,
                }
                self._draw()

    def _draw(self) -> None:
        latest = sorted(self._known.values(), key=lambda each: each.created_at, reverse=True)
        none = Choice("", tr("Nothing was sent yet. N on a conversation writes the first."), disabled=True)
        self._picker.set_choices([self._choice(each) for each in latest] or [none])

    def _choice(self, notification: Notification) -> Choice:
        every = f"{notification.recipients:,}"
        state = (
            tr("{read} of {recipients} read", read=f"{notification.read:,}", recipients=every)
            if notification.sent >= notification.recipients
            else tr("sent to {sent} of {recipients}", sent=f"{notification.sent:,}", recipients=every)
        )
        when = clock(notification.created_at, self._now())
        return Choice(notification.id, " ".join(notification.body.split()), f"{state} · {when}")

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        self.app.push_screen(Recipients(self._desk, self._known[event.choice_id], self._now))

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss()


class Recipients(Over[None]):
    """One notification as it is seen, and below it who has it and who has read it."""

    def __init__(self, desk: "Desk", notification: Notification, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._notification = notification
        self._now = now
        self._sheet = NotificationSheet(notification, now)

    def compose(self) -> ComposeResult:
        """The sheet alone."""
        yield self._sheet

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._sheet.picker.field)
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        cursor: str | None = None
        rows: list[Choice] = []
        while True:
            try:
                page = await self._desk.api.recipients(self._notification.id, cursor)
            except ClientError as error:
                rows.append(Choice("", brief(error), disabled=True))
                break
            rows += [self._choice(each) for each in page.items]
            self._sheet.picker.set_choices(rows)
            cursor = page.next_cursor
            if cursor is None:
                return
        self._sheet.picker.set_choices(rows)

    def _choice(self, recipient: Recipient) -> Choice:
        if recipient.read_at is not None:
            said = tr("read {time}", time=clock(recipient.read_at, self._now()))
        elif recipient.sent_at is not None:
            said = tr("has it since {time}", time=clock(recipient.sent_at, self._now()))
        else:
            said = tr("on its way")
        mark = (
            ("✓✓", "$delivery-sent") if recipient.read_at else ("✓ " if recipient.sent_at else "◌ ", "$muted")
        )
        return Choice(recipient.contact.id, recipient.contact.name or tr("Visitor"), said, mark)

    @on(Picker.Picked)
    @on(Picker.Cancelled)
    def _leave(self, event: Picker.Picked | Picker.Cancelled) -> None:
        event.stop()
        self.dismiss()
