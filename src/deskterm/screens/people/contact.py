"""One contact: who it is, earlier conversations, notes; editing, making a customer, merging."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.http.contact_calls import ContactDetail
from deskterm.client.replica.filters import Filter
from deskterm.commands.model import Context
from deskterm.protocol.records import ContactKind
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.people.contact_rows import conversation_row, lead_choices, named, note_row
from deskterm.screens.people.erasing import asking_to_erase, erased
from deskterm.screens.people.taking_back import TakesBack
from deskterm.screens.questions import Ask, Choose, ChooseFound
from deskterm.screens.sentences import brief
from deskterm.text.safe import safe_line
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_FIELDS = {"name": later("Name"), "email": "E-mail", "phone": later("Phone"), "company": later("Company")}
_SAID = {**_FIELDS, "lead_status": later("Lead status")}


class ContactScreen(TakesBack[str | None]):
    """A list of what belongs to the contact; answers the conversation to open."""

    panel = Context.CONTACT
    last = later("Esc back")

    def __init__(self, desk: "Desk", contact: ContactDetail) -> None:
        super().__init__()
        self._desk = desk
        self._contact = contact
        self._notes: dict[str, str] = {}
        me = desk.replica.me
        self._admin = me is not None and is_admin(me)
        words = tr("type to filter")
        self._picker = Picker(named(contact), [], placeholder=words, classes="pane")

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; what belongs to them comes when it is here."""
        self.set_focus(self._picker.field)
        self._picker.set_choices([*self._about(), Choice("", tr("Loading…"), disabled=True)])
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        try:
            found = await self._desk.api.conversations(Filter(contact_id=self._contact.id), limit=50)
            notes = await self._desk.api.contact_notes(self._contact.id)
        except ClientError as error:
            self._picker.set_choices([*self._about(), Choice("", brief(error), disabled=True)])
            return
        self._notes = {each.id: each.body for each in notes.items}
        rows = [*map(conversation_row, found.items), *map(note_row, notes.items)]
        self._picker.set_choices([*self._about(), *rows])

    def may(self, command_id: str) -> bool:
        """Who is a customer is not made one, who signs in not merged; admins look and erase."""
        return {
            "contact.convert": self._contact.kind is not ContactKind.CUSTOMER,
            "contact.merge": not self._contact.registered,
            "contact.see": self._admin,
            "contact.erase": self._admin,
        }.get(command_id, super().may(command_id))

    def _about(self) -> list[Choice]:
        contact = self._contact
        kind = tr(contact.kind.value)
        status = tr(contact.lead_status) if contact.lead_status else ""
        login = tr("signs in") if contact.registered else ""
        known = {
            tr("Kind"): " · ".join(each for each in (kind, status, login) if each),
            "E-mail": contact.email,
            tr("Phone"): contact.phone,
            tr("Company"): contact.company,
        }
        self._picker.set_frame(left=[(named(contact), "bold")], right=[(kind, "$muted")])
        self.keys_changed()
        rows = [Choice(label, label, value, disabled=True) for label, value in known.items() if value]
        return [replace(rows[0], id="lead", disabled=contact.kind is not ContactKind.LEAD), *rows[1:]]

    # --- changing ----------------------------------------------------------------------------------------

    def action_edit(self) -> None:
        """Change what is known."""
        fields = [
            Field(each, tr(label), getattr(self._contact, each) or "", required=False)
            for each, label in _FIELDS.items()
        ]
        self.app.push_screen(Ask(tr("Edit the contact"), fields), self._edited)

    def _edited(self, values: Mapping[str, str] | None) -> None:
        if values is not None:
            changed = {
                each: values[each].strip() or None
                for each in _FIELDS
                if values[each].strip() != (getattr(self._contact, each) or "")
            }
            if changed:
                self._change(**changed)

    def action_convert(self) -> None:
        """A lead or visitor is a customer from now on."""
        if self._contact.kind is ContactKind.CUSTOMER:
            self._say(tr("This is a customer already."))
        else:
            self._become_customer()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _become_customer(self) -> None:
        try:
            self._contact = await self._desk.api.patch_contact(self._contact.id, kind="customer")
        except ClientError as error:
            self._say(_words(error))
            return
        self._say(tr("{name} is a customer, for good.", name=safe_line(named(self._contact))))
        self._load()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _change(self, **fields: str | None) -> None:
        before = {each: getattr(self._contact, each) for each in fields}
        try:
            self._contact = await self._desk.api.patch_contact(self._contact.id, **fields)
        except ClientError as error:
            self._say(_words(error))
            return
        after = {each: getattr(self._contact, each) for each in fields}
        self._load()
        changed = ", ".join(tr(_SAID[each]) for each in fields)
        self.changed(tr("{field} changed", field=changed), lambda: self._change_back(before, after))

    async def _change_back(self, before: Mapping[str, str | None], after: Mapping[str, str | None]) -> str:
        self._contact = await self._desk.api.contact_detail(self._contact.id)
        if any(getattr(self._contact, name) != value for name, value in after.items()):
            self._load()
            return tr("Somebody else changed that since.")
        self._contact = await self._desk.api.patch_contact(self._contact.id, **before)
        self._load()
        return ""

    def action_note(self) -> None:
        """Keep a note that only agents read."""
        self.app.push_screen(Ask(tr("A note for agents"), [Field("body", tr("Note"))]), self._noted)

    def _noted(self, values: Mapping[str, str] | None) -> None:
        if values is not None:
            self._keep_note(values["body"])

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _keep_note(self, body: str) -> None:
        try:
            made = await self._desk.api.add_contact_note(self._contact.id, body)
        except ClientError as error:
            self._say(_words(error))
            return
        self._load()
        self.changed(tr("Note kept"), lambda: self._take_note_back(made.id))

    async def _take_note_back(self, note_id: str) -> str:
        await self._desk.api.delete_contact_note(self._contact.id, note_id)
        self._load()
        return ""

    def _ask_about_note(self, note_id: str) -> None:
        """Nothing brings a note back, so ask before."""

        def answered(answer: str | None) -> None:
            if answer == "delete":
                self._delete_note(note_id)

        body = self._notes.get(note_id, "")
        choices = [Choice("keep", tr("Keep it")), Choice("delete", tr("Delete it for good"))]
        self.app.push_screen(Choose(safe_line(body), choices), answered)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _delete_note(self, note_id: str) -> None:
        try:
            await self._desk.api.delete_contact_note(self._contact.id, note_id)
        except ClientError as error:
            forbidden = isinstance(error, ApiError) and error.code == "forbidden"
            self._say(tr("Only its author and admins delete a note.") if forbidden else _words(error))
            return
        self._load()

    def action_see(self) -> None:
        """Look at the desk as this contact does; for admins."""
        if self._admin:
            from deskterm.screens.people.seen_by import SeenBy  # for whom it is asked

            self.app.push_screen(SeenBy(self._desk, self._contact, named(self._contact)))

    # --- merging -----------------------------------------------------------------------------------------

    def action_merge(self) -> None:
        """Put this contact into another one; asked about, because it cannot be taken back."""
        if self._contact.registered:
            self._say(tr("Who signs in stays who they are: merge the other one into them."))
            return
        title = tr("Merge {name} for good into…", name=safe_line(named(self._contact)))
        self.app.push_screen(ChooseFound(title, self._others, beyond=self._others), self._merge_into)

    async def _others(self, typed: str = "") -> list[Choice]:
        found = await self._desk.api.find_contacts(typed.strip(), limit=200)
        return [
            Choice(each.id, named(each), " · ".join([tr(each.kind.value), each.email or ""]))
            for each in found.items
            if each.id != self._contact.id
        ]

    def _merge_into(self, into: str | None) -> None:
        if into:
            self._merge(into)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _merge(self, into: str) -> None:
        before = named(self._contact)
        try:
            self._contact = await self._desk.api.merge_contact(self._contact.id, into)
        except ClientError as error:
            self._say(_words(error))
            return
        now = safe_line(named(self._contact))
        self._say(tr("{name} is {other} from now on.", name=safe_line(before), other=now))
        self._load()

    # --- erasing -----------------------------------------------------------------------------------------

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_erase(self) -> None:
        """Say what there is of them, and erase it once their name was typed."""
        try:
            found = await self._desk.api.erase_contact(self._contact.id, dry_run=True)
        except ClientError as error:
            self._say(_words(error))
            return
        self.app.push_screen(asking_to_erase(named(self._contact), found), self._named)

    def _named(self, typed: Mapping[str, str] | None) -> None:
        if typed is not None:
            self._erase()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def _erase(self) -> None:
        try:
            done = await self._desk.api.erase_contact(self._contact.id, dry_run=False)
        except ClientError as error:
            self._say(_words(error))
            return
        self.app.notify(erased(done), timeout=10, markup=False)
        self.dismiss(None)

    # --- leaving -----------------------------------------------------------------------------------------

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        kind, _, which = event.choice_id.partition(":")
        if kind == "conversation":
            self.dismiss(which)
        elif kind == "note":
            self._ask_about_note(which)
        elif kind == "lead":
            choices = lead_choices(self._contact.lead_status)
            self.app.push_screen(Choose(tr("Lead status"), choices), self._stands)

    def _stands(self, lead_status: str | None) -> None:
        if lead_status is not None and lead_status != self._contact.lead_status:
            self._change(lead_status=lead_status)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)

    def _say(self, words: str) -> None:
        self.notify(words, timeout=6, markup=False)


def _words(error: ClientError) -> str:
    return error.sentence if isinstance(error, ApiError) and error.code == "conflict" else brief(error)
