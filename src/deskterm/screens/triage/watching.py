"""Who has how much to do, followed while others work: loads, and the five figures."""

from contextlib import suppress

from deskterm.client.errors import ClientError
from deskterm.client.replica.changes import (
    Change,
    ConversationChanged,
    ConversationGone,
    Resynced,
    RosterChanged,
)
from deskterm.client.triage import Load, Workload
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.triage.urgent import Urgent
from deskterm.widgets.triage.loads import AgentLoad, DeskFigures

#: Seconds from something changing to a fresh look: one question for all that changed meanwhile.
_DELAY = 0.5


class Watching(Urgent):
    """For admins alone: staff are not told how much others have."""

    def load_workload(self) -> None:
        """Ask who has how much to do."""
        if is_admin(self.me):
            self.work(self._load_workload(), "workload", exclusive=True)

    async def _load_workload(self) -> None:
        midnight = self.now().replace(hour=0, minute=0, second=0, microsecond=0)
        with suppress(ClientError):  # what is shown stays until the next look
            self.show_workload(await self.desk.api.workload(midnight))

    def workload_moved(self, changes: list[Change]) -> None:
        """Look again soon, if anything of this is about it."""
        moved = (ConversationChanged, ConversationGone, Resynced, RosterChanged)
        if is_admin(self.me) and any(isinstance(each, moved) for each in changes):
            self.later("workload", _DELAY, self.load_workload, restart=False)

    def show_workload(self, workload: Workload) -> None:
        """Show it where it is seen."""
        self.loads = workload.agents
        shown = [agent_load(each) for each in workload.agents]
        self.loads_pane.set_loads(shown)
        if workload.figures is not None:
            told = workload.figures
            figures = DeskFigures(
                told.unassigned, told.open, told.handled, told.agents_online, told.waiting_longest_since
            )
            self.strip.set_figures(figures, self.now())


def agent_load(load: Load) -> AgentLoad:
    """As widgets draw it."""
    return AgentLoad(load.member.id, load.member.name, load.member.presence, load.open, load.max_concurrent)
