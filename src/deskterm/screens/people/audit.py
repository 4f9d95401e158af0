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
from deskterm.screens.people.audit_words import ABOUT, action_words, detail_words
from deskterm.screens.questions import Choose
from deskterm.screens.sentences import brief
from deskterm.screens.text_page import TextPage
from deskterm.text.times import relative
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: So many entries are asked for at a time.
_AT_ONCE = 200
_OLDER = "older"


class AuditScreen(Over[None]):
    """The newest entries, and older ones behind them; typing finds among them."""

    panel = Context.AUDIT
    first = later("⏎ details")

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._now = now
        self._about = ""
        self._entries: dict[str, AuditEntry] = {}
        self._cursor: str | None = None
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
    async def _load(self, cursor: str | None = None) -> None:
        try:
            page = await self._desk.api.audit(action=self._about or None, cursor=cursor, limit=_AT_ONCE)
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        known = self._entries if cursor else {}
        self._entries = known | {each.id: each for each in page.items}
        self._cursor = page.next_cursor
        rows = [self._row(each) for each in self._entries.values()]
        if self._cursor:
            rows.append(Choice(_OLDER, tr("Older ones…")))
        none = Choice("", tr("Nothing like that was done yet."), disabled=True)
        self._picker.set_choices(rows or [none])

    def _row(self, entry: AuditEntry) -> Choice:
        who = entry.actor.name if entry.actor and entry.actor.name else tr("the desk")
        what = " ".join(each for each in (action_words(entry.action), entry.label or "") if each)
        said = [(name, self._said(value)) for name, value in entry.detail.items()]
        detail = ", ".join(f"{detail_words(name)} {value}" for name, value in said if _is_short(value))
        return Choice(
            entry.id,
            what,
            " · ".join(each for each in (who, relative(entry.at, self._now()), detail) if each),
        )

    def _said(self, value: object) -> object:
        """A colleague or persona by name, several with commas, whatever else as it is."""
        if isinstance(value, list):
            return ", ".join(str(self._said(each)) for each in value)
        roster = self._desk.replica.roster
        known = isinstance(value, str) and (roster.members.get(value) or roster.personas.get(value))
        return known.name if known else value

    def _whole(self, entry: AuditEntry) -> str:
        """All that is kept of an entry, a line each."""
        at = entry.at.astimezone(self._now().tzinfo)
        who = entry.actor.name if entry.actor and entry.actor.name else tr("the desk")
        about = " ".join(each for each in (entry.entity, entry.label, entry.entity_id) if each)
        lines = {
            tr("When"): f"{at:%Y-%m-%d %H:%M:%S %Z}",
            tr("By"): f"{who} {entry.actor.id}" if entry.actor and entry.actor.id else who,
            tr("What"): f"{action_words(entry.action)} ({entry.action})",
            tr("About"): about,
        } | {detail_words(name): str(self._said(value)) for name, value in entry.detail.items()}
        wide = max(map(len, lines)) + 2
        return "\n".join(f"{name:<{wide}}{value}" for name, value in lines.items() if value)

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
        if event.choice_id == _OLDER:
            self._load(self._cursor)
        elif event.choice_id in self._entries:
            entry = self._entries[event.choice_id]
            self.app.push_screen(TextPage(action_words(entry.action), self._whole(entry)))

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)


def _is_short(value: object) -> bool:
    """Ids say nothing to readers."""
    return isinstance(value, bool | int) or (isinstance(value, str) and len(value) < 32)
