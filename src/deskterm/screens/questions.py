"""Questions over a screen: choose one thing, or fill in a few fields. Escape answers None."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from textual import on
from textual.app import ComposeResult

from deskterm.client.errors import ClientError
from deskterm.screens.over import Over
from deskterm.screens.patience import Arriving
from deskterm.screens.sentences import brief
from deskterm.text.words import later, tr
from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.asking.picker import Choice, Picker

#: Below a list of things to do, instead of things to take.
RUNS = later("↑↓ choose  ⏎ run  Esc close")
#: Seconds after a letter until the server is asked: who goes on typing means something else.
TYPING_PAUSE = 0.15


class Choose(Over[str | None]):
    """A picker in the middle; answers the id of what was picked."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        placeholder: str = later("type to filter"),
        hints: str = "",
        known: Sequence[Choice] = (),
    ) -> None:
        super().__init__()
        self._picker = Picker(
            title, choices, placeholder=placeholder, hints=hints, known=known, classes="pane"
        )

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._picker.field)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self.dismiss(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)


class ChooseFound(Arriving, Choose):
    """A picker whose choices have to be found first; where that fails it says why, and nothing is chosen.

    What is typed is looked for `beyond` them, too, where there may be more.
    """

    def __init__(
        self,
        title: str,
        find: Callable[[], Awaitable[Sequence[Choice]]],
        placeholder: str = later("type to filter"),
        beyond: Callable[[str], Awaitable[Sequence[Choice]]] | None = None,
    ) -> None:
        super().__init__(title, [Choice("", tr("Loading…"), disabled=True)], placeholder)
        self._find = find
        self._beyond = beyond

    def on_mount(self) -> None:
        """Look for them."""
        self.run_worker(self._look(), exit_on_error=False)

    async def _look(self) -> None:
        try:
            self._picker.set_choices(await self._find())
        except ClientError as error:
            self._picker.set_choices([Choice("", brief(error), disabled=True)])
        except Exception:
            self.dismiss(None)  # nothing will come; what went wrong is said over the screen below
            raise
        finally:
            self.arrived()

    @on(Picker.Typed)
    def _typed(self, event: Picker.Typed) -> None:
        if self._beyond is not None and event.text.strip():
            self.run_worker(self._look_beyond(self._beyond, event.text), exclusive=True, exit_on_error=False)

    async def _look_beyond(self, beyond: Callable[[str], Awaitable[Sequence[Choice]]], typed: str) -> None:
        await self.ready()
        await asyncio.sleep(TYPING_PAUSE)
        with suppress(ClientError):  # those that are here can be chosen all the same
            self._picker.add_choices(await beyond(typed))


#: Says what is wrong with the values, or nothing.
Check = Callable[[Mapping[str, str]], str | None]


class Ask(Over[Mapping[str, str] | None]):
    """A form in the middle; answers its values once `check` has nothing against them."""

    def __init__(
        self, title: str, fields: Sequence[Field], check: Check = lambda _: None, note: str = ""
    ) -> None:
        super().__init__()
        self._form = Form(title, fields, button=tr("⏎ take  Esc cancel"), classes="pane")
        self._first = fields[0].name
        self._check = check
        self._note = note

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._form

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._form.field(self._first))
        self._form.show_note(self._note)

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        trouble = self._check(event.values)
        if trouble is None:
            self.dismiss(event.values)
        else:
            self._form.show_error(trouble, self._first)

    @on(Form.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
