"""Who to be in the demo: its people, with what to look at as each of them."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from deskterm.client.accounts.entrance import Entrance
from deskterm.client.errors import ClientError
from deskterm.protocol.demo import DemoPerson
from deskterm.protocol.records import Role
from deskterm.screens.base import DeskScreen, SignedIn
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.aside import Aside
from deskterm.widgets.chrome.footer import FittingFooter

_ROLES = {Role.STAFF: "staff", Role.ADMIN: "admin", Role.CUSTOMER: "customer"}
_MARKS = {
    Role.STAFF: ("●", "$author-agent"),
    Role.ADMIN: ("◆", "$author-persona"),
    Role.CUSTOMER: ("○", "$author-customer"),
}


class DemoPeopleScreen(DeskScreen):
    """The chooser. `reason` says why one is here again."""

    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self, entrance: Entrance, reason: str = "") -> None:
        super().__init__()
        self._entrance = entrance
        self._people = entrance.wish.people
        self._picker = Picker(
            tr("Who do you want to be?"),
            [_choice(each) for each in self._people],
            placeholder=tr("type a name"),
            cancellable=False,
            classes="pane",
        )
        self._trouble = Aside(reason, id="trouble")

    def compose(self) -> ComposeResult:
        """The people in the middle, and how to be two of them at once."""
        with Vertical(id="people"):
            yield Aside(tr("deskterm demo — a whole desk to try, gone when you leave"), id="product")
            yield self._picker
            yield self._trouble
            yield Aside(tr("To be two people at once, type this in a second terminal:"), id="join")
            yield Aside(self._entrance.wish.join, "$key bold", id="command")
        footer = FittingFooter()
        footer.set_hints([("↑↓", "choose"), ("⏎", tr("come in"))], ends=[("^Q", "quit")])
        yield footer

    def on_mount(self) -> None:
        """Choose at once."""
        self.set_focus(self._picker.field)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        person = next(each for each in self._people if each.email == event.choice_id)
        self._trouble.say()
        self._come_in(person)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()

    @work(exclusive=True, exit_on_error=False)
    async def _come_in(self, person: DemoPerson) -> None:
        try:
            desk = await self._entrance.open_as(person)
        except ClientError as error:
            self._trouble.say(("✗ ", "$delivery-failed bold"), (error.sentence, "$delivery-failed"))
            return
        me = desk.replica.me
        self.post_message(SignedIn(desk, me.role if me and me.role else person.role))


def _choice(person: DemoPerson) -> Choice:
    where = "" if person.organization == "designpi" else f" · {person.organization}"
    detail = f"{_ROLES[person.role]}{where} · {person.about}"
    return Choice(person.email, person.name, detail, mark=_MARKS[person.role])
