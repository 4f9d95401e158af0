"""People and personas: who is here, whom one can write to, and for admins who speaks as whom."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.changes import Changes, RosterChanged
from deskterm.commands.model import Context
from deskterm.protocol.records import Me, Member, Persona, Role
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.people.edit import EditPersona
from deskterm.screens.people.members import ManagesMembers
from deskterm.screens.sentences import brief
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.views import PRESENCE_MARKS

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class People(ManagesMembers):
    """One list; answers whom to write to, as the server is told it."""

    panel = Context.ROSTER

    def __init__(self, desk: "Desk", me: Me, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._desk = desk
        self._me = me
        self._now = now
        self._doomed: str | None = None
        self._loads: dict[str, int] = {}
        self._picker = Picker(tr("People and personas"), [], placeholder=tr("type a name"), classes="pane")
        self._stop: Callable[[], None] = lambda: None

    def may(self, command_id: str) -> bool:
        """Its keys are for admins."""
        return is_admin(self._me) and super().may(command_id)

    def hints(self) -> str:
        """Enter edits a persona, or writes to somebody."""
        enter = tr("⏎ edit") if is_admin(self._me) else tr("⏎ write to")
        return f"{enter}  {super().hints()}"

    def compose(self) -> ComposeResult:
        """The picker alone."""
        yield self._picker

    def on_mount(self) -> None:
        """Type at once; who comes, goes and changes is followed."""
        self.set_focus(self._picker.field)
        self._stop = self._desk.subscribe(self._learnt)
        self._draw()
        if is_admin(self._me):
            self._look_at_loads()

    def on_unmount(self) -> None:
        """Hear no more."""
        self._stop()

    def _learnt(self, changes: Changes) -> None:
        if any(isinstance(each, RosterChanged) for each in changes):
            self._draw()

    def _draw(self) -> None:
        roster = self._desk.replica.roster
        personas = sorted(roster.personas.values(), key=lambda each: each.name.casefold())
        agents = [each for each in roster.members.values() if each.role is not Role.CUSTOMER]
        agents.sort(key=lambda each: (each.disabled, each.name.casefold()))
        self._picker.set_choices([*map(self._persona, personas), *map(self._member, agents)])

    def _persona(self, persona: Persona) -> Choice:
        members = self._desk.replica.roster.members
        operators = [members[each].name for each in persona.operator_ids if each in members]
        parts = [
            persona.title or "",
            tr("support") if persona.support else "",
            tr("open") if persona.open else tr("not open"),
            ", ".join(operators) if is_admin(self._me) else tr("you speak as it") if operators else "",
        ]
        detail = " · ".join(each for each in parts if each)
        return Choice(f"persona_id:{persona.id}", persona.name, detail, ("◆", "$author-persona"))

    def _member(self, member: Member) -> Choice:
        you = member.id == self._me.member_id
        name = tr("{name} (you)", name=member.name) if you else member.name
        detail = (
            tr("disabled") if member.disabled else f"{tr(member.role.value)} · {tr(member.presence.value)}"
        )
        if is_admin(self._me) and self._loads and not member.disabled:
            most = "∞" if member.max_concurrent is None else member.max_concurrent
            detail += " · " + tr("{load} of {most}", load=self._loads.get(member.id, 0), most=most)
        mark = PRESENCE_MARKS[member.presence]
        return Choice(
            f"member_id:{member.id}",
            name,
            detail,
            mark,
            disabled=(you or member.disabled) and not is_admin(self._me),
        )

    @work(group="loads", exit_on_error=False)
    async def _look_at_loads(self) -> None:
        """How many open conversations each agent has; without an answer none is shown."""
        try:
            found = await self._desk.api.workload()
        except ClientError:
            return
        self._loads = {each.member.id: each.open for each in found.agents}
        self._draw()

    # --- what is chosen ----------------------------------------------------------------------------------

    @on(Picker.Highlighted)
    def _highlighted(self) -> None:
        self._doomed = None

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        kind, _, who = event.choice_id.partition(":")
        persona = self._desk.replica.roster.personas.get(who) if kind == "persona_id" else None
        if persona is not None and is_admin(self._me):
            self._edit(persona)
        elif persona is not None and not persona.open:
            self._say(tr("{name} is not open for direct messages.", name=safe_line(persona.name)))
        elif who != self._me.member_id and not self._is_disabled(who):
            self.dismiss({kind: who})

    def _is_disabled(self, member_id: str) -> bool:
        member = self._desk.replica.roster.members.get(member_id)
        return member is not None and member.disabled

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)

    def action_invite(self) -> None:
        """Ask somebody into the organization."""
        if is_admin(self._me):
            self.invite()

    def action_invitations(self) -> None:
        """Who was asked in and has not answered."""
        if is_admin(self._me):
            self.show_invitations()

    def action_manage(self) -> None:
        """Role, maximum, access, a new password."""
        kind, _, who = (self._picker.highlighted or "").partition(":")
        member = self._desk.replica.roster.members.get(who)
        if is_admin(self._me) and kind == "member_id" and member is not None:
            self.manage(member)

    def action_new(self) -> None:
        """Make a persona."""
        if is_admin(self._me):
            self._edit(None)

    def _edit(self, persona: Persona | None) -> None:
        def done(stored: Persona | None) -> None:
            if stored is not None:
                self._draw()
                self._picker.go_to(f"persona_id:{stored.id}")

        self.app.push_screen(EditPersona(self._desk, persona), done)

    def action_retire(self) -> None:
        """Offer a persona no more; asked for twice, because it cannot be taken back."""
        kind, _, who = (self._picker.highlighted or "").partition(":")
        persona = self._desk.replica.roster.personas.get(who)
        if not is_admin(self._me) or kind != "persona_id" or persona is None:
            return
        if self._doomed == who:
            self._retire(persona)
            return
        self._doomed = who
        self._say(
            tr(
                "{key} again retires {name}: what it said stays, nobody speaks as it again.",
                key=self.key("people.retire"),
                name=safe_line(persona.name),
            )
        )

    @work(exclusive=True, exit_on_error=False)
    async def _retire(self, persona: Persona) -> None:
        try:
            await self._desk.retire_persona(persona.id)
        except ClientError as error:
            conflict = isinstance(error, ApiError) and error.code == "conflict"
            self._say(error.sentence if conflict else brief(error))
            return
        self._draw()

    def _say(self, words: str) -> None:
        self.notify(words, timeout=6, markup=False)
