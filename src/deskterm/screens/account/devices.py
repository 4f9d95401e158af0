"""Where one is signed in, and ending that."""

from collections.abc import Callable
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.accounts.guests import Present, own_account
from deskterm.client.answers import Session
from deskterm.client.errors import ClientError
from deskterm.screens.over import Over
from deskterm.screens.questions import Choose
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker

_END = "end"


class DevicesScreen(Over[None]):
    """The sessions of the present account; taking one asks, then ends it."""

    def __init__(self, present: Present, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._present = present
        self._now = now
        self._devices: tuple[Session, ...] = ()
        self._picker = Picker(
            tr("Devices"),
            [Choice("", tr("Asking the server…"), disabled=True)],
            placeholder=tr("type to filter"),
            hints=tr("↑↓ choose  ⏎ sign out  Esc close"),
            classes="pane",
        )

    def compose(self) -> ComposeResult:
        """The list alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Ask at once."""
        self.set_focus(self._picker.field)
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self, ending: str | None = None) -> None:
        own = own_account(self._present)
        try:
            if ending is not None:
                await own.end_device(ending)
                self.notify("That device is signed out.", markup=False)
            self._devices = await own.devices()
        except ClientError as error:
            self._picker.set_choices([Choice("", error.sentence, disabled=True)])
        else:
            self._picker.set_choices([self._choice(each) for each in self._devices])
        finally:
            await own.close()

    def _choice(self, device: Session) -> Choice:
        used = tr("used {time}", time=clock(device.last_used_at, self._now()))
        where = device.ip or tr("unknown address")
        if device.current:
            return Choice(
                device.id,
                tr("This one"),
                tr("{where} · since {time}", where=where, time=clock(device.created_at, self._now())),
                "●",
                True,
            )
        return Choice(device.id, device.user_agent or tr("Unknown program"), f"{where} · {used}", "○")

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        chosen = next((each for each in self._devices if each.id == event.choice_id), None)
        if chosen is not None:
            what = tr(
                "{program} at {ip}",
                program=chosen.user_agent or tr("Unknown program"),
                ip=chosen.ip or tr("an unknown address"),
            )
            choices = [
                Choice("no", tr("Leave it"), tr("it stays signed in")),
                Choice(_END, tr("Sign it out"), what),
            ]
            self.app.push_screen(
                Choose(tr("Sign this device out?"), choices), lambda answer: self._end(answer, chosen.id)
            )

    def _end(self, answer: str | None, session_id: str) -> None:
        if answer == _END:
            self._load(session_id)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)
