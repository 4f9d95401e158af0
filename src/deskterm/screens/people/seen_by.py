"""The desk with a customer's eyes: read only, and every look is in the audit."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.client.http.contact_calls import ContactDetail, ContactView, SeenConversation, SeenMessage
from deskterm.protocol.records import AuthorKind
from deskterm.screens.over import Over
from deskterm.screens.sentences import brief
from deskterm.screens.text_page import TextPage
from deskterm.text.safe import safe_line
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_KINDS = {
    "support": later("Help & Support"),
    "personal": later("Notifications"),
    "direct": later("Direct message"),
    "group": later("Room"),
}


class SeenBy(Over[None]):
    """A contact's conversations; Enter shows what they read in one."""

    def __init__(self, desk: "Desk", contact: ContactDetail, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._contact = contact
        self._name = safe_line(name)
        self._seen: ContactView | None = None
        self._picker = Picker(
            tr("As {name} sees it", name=self._name),
            [Choice("", tr("Loading…"), disabled=True)],
            placeholder=tr("type to filter"),
            hints=tr("read only · this look is in the audit · ⏎ read  Esc back"),
            classes="pane",
        )

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Look."""
        self.set_focus(self._picker.field)
        self._look()

    @work(exclusive=True, exit_on_error=False)
    async def _look(self, conversation_id: str | None = None) -> None:
        try:
            seen = await self._desk.api.view_as_contact(self._contact.id, conversation_id)
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
            return
        self._seen = seen
        none = Choice("", tr("Nothing yet."), disabled=True)
        self._picker.set_choices([_row(each) for each in seen.conversations] or [none])
        if conversation_id is not None:
            self._read(seen)

    def _read(self, seen: ContactView) -> None:
        chosen = next((each for each in seen.conversations if each.id == seen.conversation_id), None)
        title = _row(chosen).label if chosen else ""
        self.app.push_screen(TextPage(f"{self._name} · {title}", self._thread(seen.messages)))

    def _thread(self, messages: Sequence[SeenMessage]) -> str:
        return "\n\n".join(map(self._said, messages)) or tr("Nothing yet.")

    def _said(self, message: SeenMessage) -> str:
        author = message.author
        own = author.kind is AuthorKind.CONTACT and author.id == self._contact.id
        who = self._name if own else safe_line(author.name or "")
        at = f"{message.created_at.astimezone():%Y-%m-%d %H:%M}"
        body = tr("(removed)") if message.deleted else message.body
        return f"{at}  {who}\n{body}" if who else f"{at}  {body}"

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        self._look(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)


def _row(each: SeenConversation) -> Choice:
    about = each.subject or each.preview or ""
    return Choice(
        each.id, f"{tr(_KINDS[each.kind.value])} #{each.number}", f"{tr(each.status.value)} · {about}"
    )
