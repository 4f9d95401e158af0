"""Webhooks, for admins: where events go, whether that works, and what was sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.client.http.webhook_calls import Webhook
from deskterm.commands.model import Context
from deskterm.protocol.webhooks import WebhookEvent
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.several import ChooseSeveral
from deskterm.screens.website.deliveries import DeliveriesScreen
from deskterm.screens.website.listing import ServerList
from deskterm.screens.website.shown import Shown
from deskterm.text.safe import safe_line
from deskterm.text.times import relative
from deskterm.text.words import later, tr, trn
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.paint import Part

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: When each event is sent.
EVENTS = {
    WebhookEvent.MESSAGE_CREATED: later("a message, except internal notes"),
    WebhookEvent.MESSAGE_DELETED: later("a message was taken back"),
    WebhookEvent.NOTE_CREATED: later("an internal note, with its text"),
    WebhookEvent.CONVERSATION_CREATED: later("a new conversation"),
    WebhookEvent.CONVERSATION_UPDATED: later("status, priority, tags, subject"),
    WebhookEvent.ASSIGNMENT_CREATED: later("somebody got a conversation"),
}


class WebhooksScreen(ServerList):
    """The endpoints, each with how it fares."""

    panel = Context.WEBHOOKS
    first = later("⏎ change")

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__(desk, tr("Webhooks"))
        self._now = now
        self._known: dict[str, Webhook] = {}

    def nothing(self) -> str:
        """No endpoint at all."""
        return tr("Events go nowhere yet: {key} names an address.", key=self.key("webhooks.new"))

    async def find(self) -> Sequence[Choice]:
        """All of them."""
        page = await self.desk.api.webhooks()
        self._known = {each.id: each for each in page.items}
        return [self._row(each) for each in page.items]

    def _row(self, webhook: Webhook) -> Choice:
        count = trn("{count} event", "{count} events", len(webhook.events))
        mark, words = self._state(webhook)
        return Choice(webhook.id, webhook.url, f"{words} · {count}", mark)

    def _state(self, webhook: Webhook) -> tuple[Part, str]:
        if webhook.paused:
            why = tr("paused: {why}", why=webhook.problem) if webhook.problem else tr("paused")
            return ("■", "$delivery-failed"), why
        if webhook.failing_since is not None:
            age = relative(webhook.failing_since, self._now())
            return ("◐", "$waiting-warn"), tr("failing for {age}", age=age)
        return ("●", "$presence-online"), tr("works")

    def _marked(self) -> Webhook | None:
        return self._known.get(self.picker.highlighted or "")

    # --- one of them -------------------------------------------------------------------------------------

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        webhook = self._known[event.choice_id]
        choices = [
            Choice("deliveries", tr("What was sent")),
            Choice("events", tr("Events…"), ", ".join(webhook.events)),
            Choice("url", tr("Address…"), webhook.url),
            Choice("resume", tr("Go on"), tr("what happened meanwhile is not sent"))
            if webhook.paused
            else Choice("pause", tr("Pause"), tr("what waits goes out later")),
            Choice("rotate", tr("New secret"), tr("the one before holds for a day")),
        ]

        def chosen(what: str | None) -> None:
            if what is not None:
                self._do(webhook, what)

        self.app.push_screen(Choose(safe_line(webhook.url), choices), chosen)

    def _do(self, webhook: Webhook, what: str) -> None:
        if what == "deliveries":
            self.app.push_screen(DeliveriesScreen(self.desk, webhook, self._now), lambda _: self.load())
        elif what == "events":
            self._choose_events(webhook.events, lambda events: self._change(webhook, events=events))
        elif what == "url":
            self._ask_url(webhook.url, lambda url: self._change(webhook, url=url))
        elif what == "rotate":
            self._rotate(webhook)
        else:
            self._change(webhook, paused=what == "pause")

    def action_deliveries(self) -> None:
        """Look what was sent there."""
        if webhook := self._marked():
            self._do(webhook, "deliveries")

    def _ask_url(self, now: str, then: Callable[[str], object]) -> None:
        def asked(values: Mapping[str, str] | None) -> None:
            if values is not None:
                then(values["url"].strip())

        field = Field("url", tr("Address"), now, "https://example.com/deskterm")
        note = tr("Ports 80, 443, 8443; no private networks.")
        self.app.push_screen(Ask(tr("Where events go"), [field], note=note), asked)

    def _choose_events(self, now: Sequence[str], then: Callable[[list[str]], object]) -> None:
        def chosen(events: list[str] | None) -> None:
            if events:
                then(events)
            else:
                self.tell(tr("Without an event nothing is sent: nothing is changed."))

        choices = [Choice(event.value, event.value, tr(words)) for event, words in EVENTS.items()]
        title = tr("Which events")
        self.app.push_screen(ChooseSeveral(title, choices, now, later("type to filter")), chosen)

    @work(exit_on_error=False)
    async def _change(self, webhook: Webhook, **fields: Any) -> None:
        try:
            await self.desk.api.patch_webhook(webhook.id, **fields)
        except ClientError as error:
            self.complain(error)
        self.load(webhook.id)

    @work(exit_on_error=False)
    async def _rotate(self, webhook: Webhook) -> None:
        try:
            self._show_secret(await self.desk.api.rotate_webhook(webhook.id))
        except ClientError as error:
            self.complain(error)

    # --- making and ending -------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Ask where, then which."""
        self._ask_url("", lambda url: self._choose_events((), lambda events: self._make(url, events)))

    @work(exit_on_error=False)
    async def _make(self, url: str, events: list[str]) -> None:
        try:
            made = await self.desk.api.make_webhook(url, events)
        except ClientError as error:
            self.complain(error)
            return
        self.load(made.id)
        self._show_secret(made)

    def _show_secret(self, webhook: Webhook) -> None:
        note = tr("Deliveries are signed by it (Standard Webhooks). It is shown only now.")
        self.app.push_screen(Shown(safe_line(webhook.url), webhook.secret, note))

    def action_delete(self) -> None:
        """Send nothing more there; asked for twice, because it cannot be taken back."""
        webhook = self._marked()
        if webhook is not None and self.twice(
            webhook.id,
            tr(
                "{key} again deletes {url}, with what still waits for it.",
                key=self.key("webhooks.delete"),
                url=safe_line(webhook.url),
            ),
        ):
            self._delete(webhook)

    @work(exit_on_error=False)
    async def _delete(self, webhook: Webhook) -> None:
        try:
            await self.desk.api.delete_webhook(webhook.id)
        except ClientError as error:
            self.complain(error)
        self.load()
