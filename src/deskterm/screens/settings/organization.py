"""The organization's settings, for its admins: what holds for everybody, changed on the server at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import Changes, MeChanged
from deskterm.protocol.records import Role
from deskterm.screens.sentences import brief
from deskterm.screens.settings.entries import EntriesScreen
from deskterm.settings import retention, widget
from deskterm.settings.entry import Entry, Value
from deskterm.settings.organization import ENTRIES, held, stored
from deskterm.settings.sources import Chosen, Origin
from deskterm.text.words import tr, trn

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


#: Seconds for what is about to go.
_READ = 15.0
_OWN = (*ENTRIES, *retention.ENTRIES)


class OrganizationScreen(EntriesScreen):
    """What every admin may change; follows what another admin changes meanwhile."""

    def __init__(self, desk: "Desk", title: str = "", entries: Sequence[Entry] = _OWN) -> None:
        super().__init__(title or tr("Organization"), entries)
        self.desk = desk
        self._refused: dict[str, str] = {}
        self._stop: Callable[[], None] | None = None

    def on_mount(self) -> None:
        """Follow the news from now on."""
        super().on_mount()
        self._stop = self.desk.subscribe(self._learnt)

    def on_unmount(self) -> None:
        """Hear no more."""
        if self._stop is not None:
            self._stop()

    def chosen(self, entry: Entry) -> Chosen:
        """As the server has it."""
        me = self.desk.replica.me
        organization = me.organization if me is not None else None
        if entry.name == "name":
            return Chosen(organization.name if organization else "", Origin.DEFAULT, "")
        settings = organization.settings if organization else {}
        value = _value(settings, entry)
        usual = value == entry.default
        return Chosen(value, *((Origin.DEFAULT, tr("default")) if usual else (Origin.FILE, tr("changed"))))

    def problem(self, entry: Entry) -> str:
        """Why the server did not take the last value."""
        return self._refused.get(entry.name, "")

    async def keep(self, entry: Entry, value: Value | None) -> None:
        """Tell the server; a refusal is said below the entry."""
        chosen = entry.default if value is None else value
        self._refused.pop(entry.name, None)
        try:
            if entry.name == "name":
                await self.desk.patch_organization(name=str(chosen))
            else:
                await self.desk.patch_organization(settings=_change(entry, chosen))
        except ClientError as error:
            self._refused[entry.name] = tr("Not changed: {why}", why=brief(error))
        else:
            if entry.name.startswith(retention.PREFIX):
                await self._tell_due()
        self.draw()

    async def _tell_due(self) -> None:
        """Say what is old enough by now, before anything happens to it."""
        try:
            due = await self.desk.api.retention()
        except ClientError as error:
            self.notify(brief(error), severity="warning", markup=False)
            return
        gone = trn("{count} conversation to archive", "{count} conversations to archive", due.conversations)
        erased = trn("{count} visitor to erase", "{count} visitors to erase", due.visitors)
        words = tr(
            "Due within a day: {gone}, {erased}. A backup comes first; the log says what was done.",
            gone=gone,
            erased=erased,
        )
        self.notify(words, timeout=_READ, markup=False)

    def _learnt(self, changes: Changes) -> None:
        me = self.desk.replica.me
        if not any(isinstance(each, MeChanged) for each in changes):
            return
        if me is None or me.role is not Role.ADMIN:
            self.dismiss(None)
        else:
            self.draw()


def _value(settings: Mapping[str, Any], entry: Entry) -> Value:
    """What the organization has of an entry, the chat's and retention's in parts of their own."""
    if entry.name.startswith(retention.PREFIX):
        days = settings.get("retention") or {}
        return held(days.get(entry.name.removeprefix(retention.PREFIX), stored(entry.default)))
    if not entry.name.startswith(widget.PREFIX):
        return held(settings.get(entry.name, stored(entry.default)))
    kept = settings.get("widget") or {}
    return widget.held(kept.get(entry.name.removeprefix(widget.PREFIX), entry.default))


def _change(entry: Entry, value: Value) -> dict[str, Any]:
    """The same, as the server is told of it."""
    if entry.name.startswith(retention.PREFIX):
        return {"retention": {entry.name.removeprefix(retention.PREFIX): stored(value)}}
    if not entry.name.startswith(widget.PREFIX):
        return {entry.name: stored(value)}
    return {"widget": {entry.name.removeprefix(widget.PREFIX): widget.stored(entry, value)}}
