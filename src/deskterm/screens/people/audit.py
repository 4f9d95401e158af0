"""The audit: what was done, by whom, to what."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.client.http.contact_calls import AuditEntry
from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.screens.people.audit_words import ABOUT, action_words
from deskterm.screens.questions import Choose
from deskterm.screens.sentences import brief
from deskterm.text.times import relative
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class AuditScreen(Over[None]):
    """The newest entries; typing finds among them."""

    panel = Context.AUDIT

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._about = ""
        self._picker = Picker(tr("Audit"), [], placeholder=tr("type a name, an action"), classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; the entries come when they are here."""
        self.set_focus(self._picker.field)
        self.action_reload()

    def action_reload(self) -> None:
        """Ask anew."""
        self._picker.set_choices([Choice("", tr("Loading…"), disabled=True)])
        about = (tr(ABOUT[self._about]), "$muted")
        self._picker.set_frame(left=[(tr("Audit"), "bold")], right=[about])
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            page = await self._desk.api.audit(action=self._about or None, limit=200)
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        none = Choice("", tr("Nothing like that was done yet."), disabled=True)
        self._picker.set_choices([self._row(each) for each in page.items] or [none])

    def _row(self, entry: AuditEntry) -> Choice:
        who = entry.actor.name if entry.actor and entry.actor.name else tr("the desk")
        what = " ".join(each for each in (action_words(entry.action), entry.label or "") if each)
        detail = ", ".join(
            f"{name.replace('_', ' ')} {value}" for name, value in entry.detail.items() if _is_short(value)
        )
        said = " · ".join(each for each in (who, relative(entry.at, self._now()), detail) if each)
        return Choice(entry.id, what, said)

    def action_narrow(self) -> None:
        """Show only what is about one thing."""
        choices = [Choice(each or "all", tr(words)) for each, words in ABOUT.items()]
        self.app.push_screen(Choose(tr("Show only"), choices), self._narrow)

    def _narrow(self, chosen: str | None) -> None:
        if chosen is not None:
            self._about = "" if chosen == "all" else chosen
            self.action_reload()

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)


def _is_short(value: object) -> bool:
    """Ids say nothing to readers."""
    return isinstance(value, bool | int) or (isinstance(value, str) and len(value) < 32)
