"""The list of contacts: found by any part of name, e-mail, phone or company."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.client.http.contact_calls import ContactDetail
from deskterm.commands.model import Context
from deskterm.screens.over import Over
from deskterm.screens.people.contact import ContactScreen
from deskterm.screens.people.contact_rows import named
from deskterm.screens.questions import Ask
from deskterm.screens.sentences import brief
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: How many are shown at once: whoever is beyond is found by searching.
SHOWN = 200


class ContactsScreen(Over[str | None]):
    """The contacts one may see, newest first; answers the conversation to open."""

    panel = Context.CONTACTS
    first = later("⏎ look, change")

    def __init__(self, desk: "Desk") -> None:
        super().__init__()
        self._desk = desk
        self._search = ""
        self._known: dict[str, ContactDetail] = {}
        self._picker = Picker(tr("Contacts"), [], placeholder=tr("type a name"), classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; the list comes when it is here."""
        self.set_focus(self._picker.field)
        self.action_reload()

    def action_reload(self) -> None:
        """Ask for the list anew."""
        self._picker.set_choices([Choice("", tr("Loading…"), disabled=True)])
        said = tr("with {words}", words=self._search) if self._search else tr("newest first")
        self._picker.set_frame(left=[(tr("Contacts"), "bold")], right=[(said, "$muted")])
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        try:
            page = await self._desk.api.find_contacts(self._search, limit=SHOWN)
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        self._known = {each.id: each for each in page.items}
        none = Choice(
            "",
            tr("Nobody is like that. {key} searches for somebody else.", key=self.key("contacts.search")),
            disabled=True,
        )
        self._picker.set_choices([_row(each) for each in page.items] or [none])

    def action_search(self) -> None:
        """Search all contacts, also those that are not shown."""
        typed = self._picker.field.value.strip() or self._search
        field = Field("search", tr("Search"), typed, tr("name, e-mail, phone, company"), required=False)
        self.app.push_screen(Ask(tr("Search all contacts"), [field]), self._searched)

    def _searched(self, values: Mapping[str, str] | None) -> None:
        if values is not None:
            self._search = values["search"].strip()
            self._picker.field.value = ""
            self.action_reload()

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        contact = self._known.get(event.choice_id)
        if contact is not None:
            self.app.push_screen(ContactScreen(self._desk, contact), self._looked)

    def _looked(self, conversation_id: str | None) -> None:
        if conversation_id is None:
            self.action_reload()
        else:
            self.dismiss(conversation_id)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)


def _row(contact: ContactDetail) -> Choice:
    status = tr(contact.lead_status) if contact.lead_status else ""
    parts = [tr(contact.kind.value), status, contact.email or "", contact.company or "", contact.phone or ""]
    return Choice(contact.id, named(contact), " · ".join(each for each in parts if each))
