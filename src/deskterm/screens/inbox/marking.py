"""The desk's shared mark of what is unread, set and taken away by a person's own wish."""

from deskterm.screens.inbox.verbs import Verbs
from deskterm.text.words import tr


class Marking(Verbs):
    """What somebody shall look at again, and what needs no look."""

    def action_mark(self, unread: bool) -> None:
        """Mark it, and leave it: an open conversation that is looked at counts as read."""
        target = self.ticket
        if target is None:
            return
        if unread is (target.unread > 0):
            word = tr("unread") if unread else tr("read")
            self.say(tr("#{number} is {status} already.", number=target.number, status=word))
            return
        self.change(target, {"unread": unread})
        if unread and self.reading_mode and self.reading.conversation_id == target.id:
            self.close_conversation()
