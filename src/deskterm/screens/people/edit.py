"""Making and changing a persona."""

from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ApiError, ClientError
from deskterm.commands.model import Context
from deskterm.protocol.records import Persona, Role
from deskterm.screens.over import Over
from deskterm.screens.sentences import brief
from deskterm.screens.several import ChooseSeveral
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.people.persona_panel import PersonaPanel

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class EditPersona(Over[Persona | None]):
    """The form in the middle; answers the persona as it is now."""

    panel = Context.PERSONA
    last = later("Esc leave")

    def __init__(self, desk: "Desk", persona: Persona | None) -> None:
        super().__init__()
        self._desk = desk
        self._persona = persona
        self._operators = list(persona.operator_ids) if persona else []
        self._panel = PersonaPanel(persona)

    def compose(self) -> ComposeResult:
        """The form alone."""
        yield self._panel

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._panel.field)
        self._draw_operators()

    async def action_of_form(self, action: str) -> None:
        """What the form does."""
        await self._panel.run_action(action)

    def show_hints(self, words: str) -> None:
        """In the form's frame, and beside what they are for."""
        self._panel.name_keys(words, self.key)

    def _draw_operators(self) -> None:
        members = self._desk.replica.roster.members
        self._panel.set_operators([members[each].name for each in self._operators if each in members])

    @on(PersonaPanel.OperatorsWanted)
    def _choose_operators(self) -> None:
        members = self._desk.replica.roster.members.values()
        agents = [each for each in members if each.role is not Role.CUSTOMER and not each.disabled]
        choices = [Choice(each.id, each.name, tr(each.role.value)) for each in agents]
        self.app.push_screen(ChooseSeveral(tr("Who speaks as it"), choices, self._operators), self._chosen)

    def _chosen(self, operators: list[str] | None) -> None:
        if operators is not None:
            self._operators = operators
            self._draw_operators()

    @on(PersonaPanel.Submitted)
    def _submitted(self, event: PersonaPanel.Submitted) -> None:
        self._store({**event.fields, "operator_ids": self._operators})

    @work(exclusive=True, exit_on_error=False)
    async def _store(self, fields: dict[str, Any]) -> None:
        try:
            stored = await self._desk.keep_persona(self._persona.id if self._persona else None, **fields)
        except ClientError as error:
            conflict = isinstance(error, ApiError) and error.code == "conflict"
            self._panel.show_error(error.sentence if conflict else brief(error))
            return
        self.dismiss(stored)

    @on(PersonaPanel.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
