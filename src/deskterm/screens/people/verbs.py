"""The way from the inbox to people and personas."""

from deskterm.screens.notify.notifying import Notifying


class PeopleVerbs(Notifying):
    """`g p`. The screen behind it is loaded when somebody asks."""

    def action_people(self) -> None:
        """Look who is here, and who speaks as whom; write to one of them."""
        from deskterm.screens.people.screen import People

        self.app.push_screen(People(self.desk, self.me), self._person_wanted)

    def _person_wanted(self, who: dict[str, str] | None) -> None:
        if who is not None:
            self.work(self.meet(who), "meet", exclusive=True)
