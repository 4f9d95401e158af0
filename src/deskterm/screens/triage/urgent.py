"""The key that takes the most urgent conversation of one's own."""

from contextlib import suppress

from deskterm.client.errors import ClientError
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.website.verbs import WebsiteVerbs
from deskterm.text.words import tr

_MINE = Filter(status=(Status.OPEN,), assignee=("me",), sort="-priority")


class Urgent(WebsiteVerbs):
    """Escalated ones come first, then by priority, then who waits longest."""

    def action_most_urgent(self) -> None:
        """Open the most urgent of one's own; from there the next one."""
        self.work(self._open_most_urgent(), "urgent", exclusive=True)

    async def _open_most_urgent(self) -> None:
        with suppress(ClientError):  # then it is the most urgent of what is known
            await self.desk.find(_MINE)
        here = self.reading.conversation_id if self.reading_mode else None
        mine = [each for each in self.desk.replica.inbox(_MINE) if each.id != here]
        if mine:
            self.open_conversation(min(mine, key=_rank))
        else:
            self.say(tr("Nothing else of yours is open."))


def _rank(conversation: Conversation) -> tuple[bool, int, bool, float]:
    since = conversation.waiting_since
    return (
        not conversation.escalated,
        -conversation.priority.rank,
        since is None,
        since.timestamp() if since else 0.0,
    )
