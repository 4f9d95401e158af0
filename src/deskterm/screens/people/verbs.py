"""The way from the inbox to people and personas, contacts, the audit, and to tickets."""

from collections.abc import Sequence

from deskterm.screens.notify.notifying import Notifying
from deskterm.widgets.asking.picker import Choice


class PeopleVerbs(Notifying):
    """`g p`, `g c`, `g a` and `g T`. The screens behind them are loaded when somebody asks."""

    def action_people(self) -> None:
        """Look who is here, and who speaks as whom; write to one of them."""
        from deskterm.screens.people.screen import People

        self.app.push_screen(People(self.desk, self.me, self.now), self._person_wanted)

    def action_contacts(self) -> None:
        """Look through the contacts; open a conversation of one."""
        from deskterm.screens.people.contacts import ContactsScreen

        self.app.push_screen(ContactsScreen(self.desk), self._ticket_wanted)

    def action_audit(self) -> None:
        """Read what was done."""
        from deskterm.screens.people.audit import AuditScreen

        self.app.push_screen(AuditScreen(self.desk, self.now))

    def action_tickets(self) -> None:
        """Look through the tickets; open the conversation of one."""
        from deskterm.screens.tickets.screen import TicketsScreen

        self.app.push_screen(TicketsScreen(self.desk, self.me, self.now), self._ticket_wanted)

    def known(self) -> Sequence[Choice]:
        """Conversations and people."""
        from deskterm.screens.people.known import known

        return known(self.desk.replica, self.me.member_id or "")

    def go_to_destination(self, destination: str) -> None:
        """Open the conversation, or write to whom it is."""
        kind, _, which = destination.partition(":")
        if kind == "conversation":
            self._ticket_wanted(which)
        elif kind in ("member_id", "persona_id"):
            self._person_wanted({kind: which})
        else:
            super().go_to_destination(destination)

    def _ticket_wanted(self, conversation_id: str | None) -> None:
        if conversation_id is not None:
            self.work(self._open_ticket(conversation_id), "open", exclusive=True)

    async def _open_ticket(self, conversation_id: str) -> None:
        if self.desk.replica.conversation(conversation_id) is None:
            await self.desk.threads.open(conversation_id, self.desk.replica)
        self.open_id(conversation_id)

    def _person_wanted(self, who: dict[str, str] | None) -> None:
        if who is not None:
            self.work(self.meet(who), "meet", exclusive=True)
