"""Making one conversation of two of a customer's, and taking that back."""

from collections.abc import Iterable
from datetime import datetime

from deskterm.client.errors import ClientError
from deskterm.client.replica.filters import Filter
from deskterm.protocol.numbered import Numbered
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.undo import MergeUndo, Undoable, UnmergeUndo
from deskterm.screens.inbox.undoing import Undoing
from deskterm.screens.questions import ChooseFound
from deskterm.screens.sentences import brief
from deskterm.text.times import relative
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.conversations.facts import STATUS_MARKS

_OUT = "out "


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
            offered = [*others_than(target, page.items, self.now()), *taken_out_of(target)]
            return offered or [Choice("", tr("Nothing else of {name}", name=contact.label), disabled=True)]

        def chosen(key: str | None) -> None:
            going_out = next((each for each in target.merged_from if f"{_OUT}{each.id}" == key), None)
            if going_out is not None:
                self.work(self._take_out(going_out, target), "change")
            elif key:
                self.work(self._merge(target, key), "change")

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
        self.say(tr("{words} · {@undo:u} takes it back", words=words))

    async def _take_out(self, source: Numbered, target: Conversation) -> None:
        try:
            taken = await self.desk.unmerge(source.id)
        except ClientError as error:
            self.complain(tr("#{number} is not taken out: {why}", number=source.number, why=brief(error)))
            return
        words = tr("#{number} taken out of #{other}", number=source.number, other=target.number)
        self.remember(UnmergeUndo(source.id, target.id, words))
        self.open_conversation(taken)
        self.say(tr("{words} · u takes it back", words=words))

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back; a merge by taking the conversation out again, and the other way round."""
        if not isinstance(undo, MergeUndo | UnmergeUndo):
            await super().take_back(undo)
        elif not self.is_offline_for(undo):
            try:
                if isinstance(undo, MergeUndo):
                    taken = await self.desk.unmerge(undo.conversation_id)
                else:
                    taken = await self.desk.merge(undo.conversation_id, undo.into_id)
            except ClientError as error:
                self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
                return
            self.open_conversation(taken)
            self.say(tr("Taken back: {words}", words=undo.words))


def taken_out_of(conversation: Conversation) -> list[Choice]:
    """Those that are in it, to be by themselves again."""
    return [
        Choice(f"{_OUT}{each.id}", tr("Take #{number} out again", number=each.number), "", "‹")
        for each in conversation.merged_from
    ]


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
