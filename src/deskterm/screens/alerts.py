"""When somebody who looks elsewhere is told of news, and what the title of the window says."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from deskterm.client.replica.changes import Changes, MessageArrived
from deskterm.protocol.records import (
    AuthorKind,
    Conversation,
    Kind,
    Message,
    MessageKind,
    Role,
    Visibility,
)
from deskterm.protocol.status_lines import SNOOZE_ENDED
from deskterm.terminal.voice import Voice
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class Alerts:
    """Follows one desk for one window.

    While the window has the keyboard only the first unread message of a conversation that is not open rings:
    the screen shows the rest. Terminals that never say where the keyboard is are taken to have it.
    """

    def __init__(
        self, desk: "Desk", voice: Voice, focused: Callable[[], bool], looked_at: Callable[[], str | None]
    ) -> None:
        self._desk = desk
        self._voice = voice
        self._focused = focused
        self._looked_at = looked_at
        self.stop = desk.subscribe(self._learnt)
        self.show_unread()

    def _learnt(self, changes: Changes) -> None:
        if self._is_customer:  # they have few conversations; agents' lists say when they were drawn
            self.show_unread()
        arrived = [each.message for each in changes if isinstance(each, MessageArrived)]
        for message in reversed(arrived):  # one is enough: the newest
            if self._matters(message):
                self._alert(message)
                return

    def show_unread(self) -> None:
        """Bring the window's title up to date."""
        me = self._desk.replica.me
        self._voice.show_unread(me.organization.name if me else "", self._desk.replica.unread)

    def _alert(self, message: Message) -> None:
        if not self._focused():
            self._voice.alert(self._whose(message) or tr("New message"), message.body)
        elif self._is_first(message):
            self._voice.ring()

    def _whose(self, message: Message) -> str | None:
        """Who wrote it, or whose conversation has something to say."""
        conversation = self._desk.replica.conversation(message.conversation_id)
        contact = conversation.contact if conversation is not None else None
        return message.author.name or (contact.label if contact is not None else None)

    def _is_first(self, message: Message) -> bool:
        conversation = self._desk.replica.conversation(message.conversation_id)
        first = conversation is not None and conversation.unread == 1
        return first and self._looked_at() != message.conversation_id and not self._is_customer

    def _matters(self, message: Message) -> bool:
        """Whether somebody else wrote something that is for this person to read."""
        if message.kind is MessageKind.NOTIFICATION:
            return self._is_customer
        own = self._desk.replica.own_ids
        if message.author.kind is AuthorKind.SYSTEM:
            return message.body == SNOOZE_ENDED and self._is_mine(message.conversation_id)
        if message.author.id in own:
            return False
        if self._is_customer:
            return message.kind is not MessageKind.ACTIVITY
        conversation = self._desk.replica.conversation(message.conversation_id)
        if conversation is not None and conversation.kind is Kind.DIRECT:
            return any(each.id in own for each in conversation.participants)
        if conversation is not None and conversation.kind is Kind.GROUP:
            return False  # a room talks all day; its mark says so
        from_contact = message.author.kind is AuthorKind.CONTACT and message.visibility is Visibility.PUBLIC
        return from_contact and conversation is not None and self._is_ours(conversation)

    def _is_ours(self, conversation: Conversation) -> bool:
        """One's own, or nobody's yet: an admin sees everybody's, and is not called to them."""
        return conversation.assignee is None or conversation.assignee.id == self._desk.replica.member_id

    def _is_mine(self, conversation_id: str) -> bool:
        conversation = self._desk.replica.conversation(conversation_id)
        assignee = conversation.assignee if conversation is not None else None
        return assignee is not None and assignee.id == self._desk.replica.member_id

    @property
    def _is_customer(self) -> bool:
        me = self._desk.replica.me
        return me is not None and me.role is Role.CUSTOMER
