"""What was sent to a webhook: arrived, waiting, tried again; each can be sent once more."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.client.http.webhook_calls import Delivery, Webhook
from deskterm.commands.model import Context
from deskterm.screens.website.listing import ServerList
from deskterm.text.safe import safe_line
from deskterm.text.times import relative
from deskterm.text.words import later, tr, trn
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.paint import Part

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class DeliveriesScreen(ServerList):
    """The newest ones of an endpoint."""

    panel = Context.DELIVERIES
    first = later("⏎ send again")

    def __init__(self, desk: "Desk", webhook: Webhook, now: Callable[[], datetime]) -> None:
        title = tr("Sent to {url}", url=safe_line(webhook.url, 50))
        super().__init__(desk, title, tr("type an event"))
        self._webhook = webhook
        self._now = now

    def nothing(self) -> str:
        """Nothing was sent."""
        return tr("Nothing was sent there yet.")

    async def find(self) -> Sequence[Choice]:
        """The newest ones."""
        page = await self.desk.api.deliveries(self._webhook.id)
        return [self._row(each) for each in page.items]

    def _row(self, delivery: Delivery) -> Choice:
        tries = trn("{count} attempt", "{count} attempts", delivery.attempts)
        mark, became = _state(delivery)
        age = relative(delivery.created_at, self._now())
        return Choice(delivery.id, delivery.kind.value, f"{became} · {tries} · {age}", mark)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        self._replay(event.choice_id)

    @work(exit_on_error=False)
    async def _replay(self, delivery_id: str) -> None:
        try:
            again = await self.desk.api.replay(self._webhook.id, delivery_id)
        except ClientError as error:
            self.complain(error)
            return
        self.tell(tr("It is queued once more, under the same event id."))
        self.load(again.id)


def _state(delivery: Delivery) -> tuple[Part, str]:
    if delivery.problem is not None:
        return ("✗", "$delivery-failed"), delivery.problem
    if delivery.finished_at is None:
        return ("◌", "$muted"), tr("waits")
    return ("✓", "$delivery-sent"), tr("answered {status}", status=delivery.status or "")
