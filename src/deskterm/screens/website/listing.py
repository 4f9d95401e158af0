"""What the lists of an organization's keys, webhooks and blocks have in common."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.screens.over import Over
from deskterm.screens.patience import Arriving
from deskterm.screens.sentences import brief, refused
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class ServerList(Arriving, Over[None]):
    """A list that the server is asked for when it is shown, and again after each change."""

    def __init__(self, desk: "Desk", title: str, placeholder: str = later("type to filter")) -> None:
        super().__init__()
        self.desk = desk
        self.picker = Picker(
            title,
            [Choice("", tr("Loading…"), disabled=True)],
            placeholder=placeholder,
            classes="pane",
        )
        self._doomed: str | None = None

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self.picker

    def on_mount(self) -> None:
        """Type at once; the list comes when it is here."""
        self.set_focus(self.picker.field)
        self.load()

    # --- what a subclass says ----------------------------------------------------------------------------

    async def find(self) -> Sequence[Choice]:
        """Ask the server; raises the errors of `client.errors`."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What to say of an empty list, with the key that helps."""
        raise NotImplementedError

    # --- the list ----------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Ask anew."""
        self.load()

    def load(self, at: str | None = None) -> None:
        """Ask for the list; the cursor goes to `at`."""
        self._load(at)

    @work(group="list", exclusive=True, exit_on_error=False)
    async def _load(self, at: str | None) -> None:
        try:
            found = await self.find()
        except ClientError as error:
            found = [Choice("", brief(error), disabled=True)]
        except Exception:
            self.dismiss(None)  # nothing will come; what went wrong is said over the screen below
            raise
        finally:
            self.arrived()
        self.picker.set_choices(found or [Choice("", self.nothing(), disabled=True)])
        if at is not None:
            self.picker.go_to(at)

    def twice(self, choice_id: str, warning: str) -> bool:
        """Whether this was asked for twice in a row; else says what the second time does."""
        if self._doomed == choice_id:
            self._doomed = None
            return True
        self._doomed = choice_id
        self.tell(warning)
        return False

    def tell(self, words: str) -> None:
        """Say something in passing."""
        self.notify(words, timeout=6, markup=False)

    def complain(self, error: ClientError) -> None:
        """Say what is in the way."""
        self.tell(refused(error))

    @on(Picker.Highlighted)
    def _highlighted(self) -> None:
        self._doomed = None

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)
