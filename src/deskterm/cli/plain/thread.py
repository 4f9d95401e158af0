"""A customer's thread, told as it grows: each message once, corrections as such."""

from collections.abc import Callable
from datetime import date, datetime

from deskterm.cli.plain.words import author, day, spoken
from deskterm.client.desk import Desk
from deskterm.client.replica.thread import Thread
from deskterm.protocol.records import Message
from deskterm.text.words import tr


class SpokenThread:
    """What was said of one conversation, and what was not yet.

    `own` are the ids of messages that were written here: of them only that they arrived is news.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None], now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._say = say
        self._now = now
        self._told: set[str] = set()
        self._day: date | None = None
        self.own: set[str] = set()
        self.conversation_id: str | None = None

    @property
    def loaded(self) -> Thread | None:
        """The messages that are here."""
        return self._desk.replica.thread(self.conversation_id) if self.conversation_id else None

    def skip(self) -> None:
        """Count what is here as told."""
        thread = self.loaded
        self._told.update(each.id for each in (thread.messages if thread else ()))

    def tell_new(self) -> bool:
        """Tell every message that was not told; answers whether there was one."""
        thread = self.loaded
        new = [each for each in (thread.messages if thread else ()) if each.id not in self._told]
        for message in new:
            self._told.add(message.id)
            if message.id in self.own:
                self._say(
                    tr("Sent at {time}.", time=f"{message.created_at.astimezone(self._now().tzinfo):%H:%M}")
                )
            else:
                self._tell(message)
        return bool(new)

    def tell_earlier(self, before: set[str]) -> None:
        """Tell what was loaded before what stood there, whose ids are `before`."""
        thread = self.loaded
        older = [each for each in (thread.messages if thread else ()) if each.id not in before]
        self._day = None
        for message in older:
            self._told.add(message.id)
            self._tell(message)
        self._day = None
        self._say(tr("That was before.") if older else tr("There is nothing earlier."))

    def tell_change(self, message_id: str) -> None:
        """Tell that a message reads otherwise now."""
        thread = self.loaded
        message = thread.get(message_id) if thread else None
        if message is not None and message_id in self._told and message_id not in self.own:
            if message.edited_at is not None and not message.deleted:
                self._say(
                    tr("{author} corrected a message:", author=author(message, self._desk.replica.own_ids))
                )
            self._tell(message)

    def tell_notification(self, message: Message) -> None:
        """Tell a notification: it is in a conversation of its own."""
        self._tell(message)

    def tell_last(self) -> None:
        """Tell the newest message again."""
        thread = self.loaded
        if thread and thread.messages:
            self._tell(thread.messages[-1])
        else:
            self._say(tr("Nothing was said yet."))

    def _tell(self, message: Message) -> None:
        now = self._now()
        when = message.created_at.astimezone(now.tzinfo)
        if when.date() != self._day:
            self._day = when.date()
            self._say(day(when, now))
        self._say(spoken(message, now.tzinfo, self._desk.replica.own_ids))
