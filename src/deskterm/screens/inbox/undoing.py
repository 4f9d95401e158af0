"""Taking changes back, the last one first. What somebody else changed since is never overwritten."""

import asyncio

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.outgoing import SendState
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.moves import Moves
from deskterm.screens.inbox.undo import Undo, Undoable, overtaken
from deskterm.screens.sentences import brief

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
        self.draw_row()  # what it says of the change is over
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

    async def _take_change_back(self, undo: Undo) -> None:
        if self._drop_unsent(undo):
            self.say(f"Taken back: {undo.words}")
            return
        if not self.desk.connection.online:
            self.undos.append(undo)
            self.complain(f"“{undo.words}” can be taken back once you are connected again.")
            return
        conversation = self.desk.replica.conversation(undo.conversation_id)
        for _ in range(_TRIES):
            if conversation is None:
                self.complain(f"“{undo.words}” is not taken back: the conversation is no longer yours.")
                return
            if since := overtaken(conversation, undo.did, self.names(), self.now()):
                self.complain(f"“{undo.words}” is not taken back: {since}.")
                return
            try:
                await self.desk.patch(conversation.id, **guarded(undo.patch, conversation))
            except ApiError as error:
                if error.code != "stale":
                    self.complain(refusal(conversation, error))
                    return
                conversation = await self._as_it_is(conversation)
            except ClientError as error:
                self.complain(f"“{undo.words}” is not taken back: {brief(error)}")
                return
            else:
                self.say(f"Taken back: {undo.words}")
                return
        self.complain(f"“{undo.words}” is not taken back: somebody is changing it right now.")

    def _drop_unsent(self, undo: Undo) -> bool:
        """Whether the change had not gone out yet, and now never will."""
        for change in reversed(self.desk.replica.outgoing.changes()):
            mine = change.conversation_id == undo.conversation_id and change.patch == undo.did
            if mine and change.state in _UNSENT:
                self.desk.give_up(change.id)
                return True
        return False

    async def _as_it_is(self, conversation: Conversation) -> Conversation | None:
        """The conversation as the server has it; None if it left one's sight, or nothing answers."""
        try:
            return await self.desk.api.conversation(conversation.id)
        except ClientError:
            return None

    def names(self) -> dict[str, str]:
        """Colleagues' names by member id."""
        return {each.id: each.name for each in self.desk.replica.roster.members.values()}


def guarded(patch: ConversationPatch, conversation: Conversation) -> ConversationPatch:
    """The patch, to be refused if the conversation is no longer the one that was looked at."""
    made = patch.copy()
    made["if_rev"] = conversation.rev
    return made


def refusal(conversation: Conversation, error: ApiError) -> str:
    """Why the server refused a change, and what to do."""
    number = f"#{conversation.number}"
    if error.code == "illegal_transition":
        legal = ", ".join(str(each) for each in error.extra.get("allowed", ())) or "nothing else"
        return f"{number} is {error.extra.get('status', 'elsewhere')} by now; it can become {legal}."
    if error.code == "conflict":
        return f"{number} cannot be reopened: its customer has a newer conversation."
    if error.code == "not_found":
        return f"{number} is no longer yours."
    return f"{number} is unchanged: {error.sentence}"
