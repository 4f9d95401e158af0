"""Taking changes back, the last one first. What somebody else changed since is never overwritten."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.inbox.moves import Moves
from deskterm.screens.inbox.undo import OpeningUndo, Undo, Undoable, begun, overtaken
from deskterm.screens.sentences import brief
from deskterm.text.words import tr

#: What somebody changed since, in words, or nothing.
Since = Callable[[Conversation], str | None]
#: How many changes can be taken back.
_REMEMBERED = 50
#: How often a change is tried whose conversation moves under it.
_TRIES = 3
#: A change in one of these has not reached the server.
_UNSENT = frozenset({SendState.WAITING, SendState.OLD, SendState.FAILED})


class Undoing(Moves):
    """The changes of this sitting, and the key that takes them back one by one."""

    _one_by_one: asyncio.Lock | None = None

    def remember(self, undo: Undoable) -> None:
        """A change was made that can be taken back."""
        self.undos.append(undo)
        del self.undos[:-_REMEMBERED]

    def action_undo(self) -> None:
        """Take the last change back."""
        if not self.undos:
            self.say("Nothing to undo.")
            return
        self.unsay()  # what it says of the change is over
        self.work(self._in_turn(self.undos.pop()), "undo")

    async def _in_turn(self, undo: Undoable) -> None:
        """A key that is hit twice takes two changes back, one after the other."""
        if self._one_by_one is None:
            self._one_by_one = asyncio.Lock()
        async with self._one_by_one:
            await self.take_back(undo)

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back, or say why not."""
        if isinstance(undo, Undo):
            await self._take_change_back(undo)
        elif isinstance(undo, OpeningUndo):
            await self._take_opening_back(undo)

    async def _take_change_back(self, undo: Undo) -> None:
        if self._drop_unsent(undo):
            self.say(tr("Taken back: {words}", words=undo.words))
        elif not self.is_offline_for(undo):
            since = partial(overtaken, did=undo.did, names=self.names(), now=self.now())
            if await self._step_back(undo, undo.conversation_id, undo.steps, since):
                self.say(tr("Taken back: {words}", words=undo.words))

    async def _take_opening_back(self, undo: OpeningUndo) -> None:
        """Close the new one, and bring the one that it closed back to where it stood."""
        if self.is_offline_for(undo):
            return
        closed: ConversationPatch = {"status": Status.CLOSED}
        if not await self._step_back(undo, undo.conversation_id, (closed,), begun):
            return
        if self.writing.conversation_id == undo.conversation_id:
            self.close_conversation()
        if undo.previous_id and not await self._step_back(undo, undo.previous_id, undo.steps, _nothing_since):
            return
        self.say(tr("Taken back: {words}", words=undo.words))

    def is_offline_for(self, undo: Undoable) -> bool:
        """Whether a change has to wait to be taken back; says so, and keeps it."""
        if self.desk.connection.online:
            return False
        self.undos.append(undo)
        self.complain(tr("“{words}” can be taken back once you are connected again.", words=undo.words))
        return True

    async def _step_back(
        self, undo: Undoable, conversation_id: str, steps: Sequence[ConversationPatch], since: Since
    ) -> bool:
        """Whether every step was done; says why not. Nothing is done over what somebody changed since."""
        conversation = self.desk.replica.conversation(conversation_id)
        conversation = conversation or await self._as_it_is(conversation_id)
        left = list(steps)
        for _ in range(_TRIES + len(steps)):
            if not left:
                return True
            if conversation is None:
                self.complain(
                    tr("“{words}” is not taken back: the conversation is no longer yours.", words=undo.words)
                )
                return False
            if len(left) == len(steps) and (why := since(conversation)):
                self.complain(tr("“{words}” is not taken back: {since}.", words=undo.words, since=why))
                return False
            try:
                changed = await self.desk.patch(conversation_id, **guarded(left[0], conversation))
            except ApiError as error:
                if error.code != "stale":
                    self.complain(refusal(conversation, error))
                    return False
                conversation = await self._as_it_is(conversation_id)
            except ClientError as error:
                self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
                return False
            else:
                conversation = changed
                left.pop(0)
        if left:
            self.complain(
                tr("“{words}” is not taken back: somebody is changing it right now.", words=undo.words)
            )
        return not left

    def _drop_unsent(self, undo: Undo) -> bool:
        """Whether the change had not gone out yet, and now never will."""
        for change in reversed(self.desk.replica.outgoing.changes()):
            mine = change.conversation_id == undo.conversation_id and change.patch == undo.did
            if mine and change.state in _UNSENT:
                self.desk.give_up(change.id)
                return True
        return False

    async def _as_it_is(self, conversation_id: str) -> Conversation | None:
        """The conversation as the server has it; None if it left one's sight, or nothing answers."""
        try:
            return await self.desk.api.conversation(conversation_id)
        except ClientError:
            return None

    def names(self) -> dict[str, str]:
        """Colleagues' names by member id."""
        return {each.id: each.name for each in self.desk.replica.roster.members.values()}


def _nothing_since(_: Conversation) -> None:
    """It was closed by what is taken back; the server says if it was not left so."""


def guarded(patch: ConversationPatch, conversation: Conversation) -> ConversationPatch:
    """The patch, to be refused if the conversation is no longer the one that was looked at."""
    made = patch.copy()
    made["if_rev"] = conversation.rev
    return made


def refusal(conversation: Conversation, error: ApiError) -> str:
    """Why the server refused a change, and what to do."""
    number = f"#{conversation.number}"
    if error.code == "illegal_transition":
        legal = ", ".join(tr(str(each)) for each in error.extra.get("allowed", ())) or tr("nothing else")
        return tr(
            "{number} is {status} by now; it can become {legal}.",
            number=number,
            status=tr(str(error.extra.get("status", "elsewhere"))),
            legal=legal,
        )
    if error.code == "conflict":
        return tr("{number} cannot be reopened: its customer has a newer conversation.", number=number)
    if error.code == "not_found":
        return tr("{number} is no longer yours.", number=number)
    return tr("{number} is unchanged: {why}", number=number, why=error.sentence)
