"""Making one conversation of two of a customer's, and taking that back."""

from collections.abc import Iterable
from datetime import datetime

from deskterm.client.errors import ClientError
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.undo import MergeUndo, Undoable
from deskterm.screens.inbox.undoing import Undoing
from deskterm.screens.questions import ChooseFound
from deskterm.screens.sentences import brief
from deskterm.text.times import relative
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.conversations.facts import STATUS_MARKS


class Merging(Undoing):
    """Choosing the other conversation, and going there."""

    def action_merge(self) -> None:
        """Put it into another conversation of the same customer."""
        target = self.ticket
        if target is None or target.contact is None:
            return
        contact = target.contact

        async def find() -> list[Choice]:
            page = await self.desk.api.conversations(Filter(contact_id=contact.id), limit=200)
            others = others_than(target, page.items, self.now())
            return others or [Choice("", tr("Nothing else of {name}", name=contact.label), disabled=True)]

        def chosen(into_id: str | None) -> None:
            if into_id:
                self.work(self._merge(target, into_id), "change")

        title = tr("Merge #{number} into", number=target.number)
        self.app.push_screen(ChooseFound(title, find), chosen)

    async def _merge(self, source: Conversation, into_id: str) -> None:
        try:
            merged = await self.desk.merge(source.id, into_id)
        except ClientError as error:
            self.complain(tr("#{number} is not merged: {why}", number=source.number, why=brief(error)))
            return
        words = tr("#{number} merged into #{other}", number=source.number, other=merged.number)
        self.remember(MergeUndo(source.id, words))
        self.open_conversation(merged)
        self.say(tr("{words} · u takes it back", words=words))

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back; a merge by taking the conversation out again."""
        if not isinstance(undo, MergeUndo):
            await super().take_back(undo)
        elif not self.is_offline_for(undo):
            try:
                taken = await self.desk.unmerge(undo.conversation_id)
            except ClientError as error:
                self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
                return
            self.open_conversation(taken)
            self.say(tr("Taken back: {words}", words=undo.words))


def others_than(conversation: Conversation, found: Iterable[Conversation], now: datetime) -> list[Choice]:
    """The customer's other conversations, the latest first."""
    return [
        Choice(
            each.id,
            f"#{each.number} {each.subject or each.preview or ''}".rstrip(),
            " · ".join((tr(each.status.value), relative(each.last_message_at or each.created_at, now))),
            STATUS_MARKS[each.status],
        )
        for each in found
        if each.id != conversation.id
    ]
