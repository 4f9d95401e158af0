"""Taking a change of many back: each gets its own former values, as many at once as had the same."""

import json

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ClientError
from deskterm.client.triage import change_many
from deskterm.screens.inbox.changes import inverse
from deskterm.screens.inbox.undo import BulkUndo, overtaken
from deskterm.screens.sentences import brief
from deskterm.screens.triage.selecting import Selecting
from deskterm.text.words import tr, trn

Step = tuple[ConversationPatch, list[str]]


class TakingManyBack(Selecting):
    """What somebody changed since is never overwritten: that stays, and is counted."""

    async def take_many_back(self, undo: BulkUndo) -> None:
        """Take it back, or say why not."""
        if self.is_offline_for(undo):
            return
        stay = {each.id for each, did in undo.changed if self._was_overtaken(each.id, each.rev, did)}
        back = [(each, did) for each, did in undo.changed if each.id not in stay]
        steps = [(each.id, inverse(each, did)) for each, did in back]
        lost: set[str] = set()
        try:
            for place in range(max((len(found) for _, found in steps), default=0)):
                lost |= await self._step_all(
                    [(i, s[place]) for i, s in steps if place < len(s) and i not in lost]
                )
        except ClientError as error:
            self.complain(tr("“{words}” is not taken back whole: {why}", words=undo.words, why=brief(error)))
            return
        said = tr("Taken back: {words}", words=undo.words)
        left = len(stay | lost)
        others = trn("{count} was changed since and stays", "{count} were changed since and stay", left)
        self.say(f"{said} · {others}" if left else said)

    async def _step_all(self, steps: list[tuple[str, ConversationPatch]]) -> set[str]:
        """Do one step in all conversations; answers those in which it could not be done."""
        groups: dict[str, Step] = {}
        for conversation_id, patch in steps:
            groups.setdefault(json.dumps(patch, sort_keys=True, default=str), (patch, []))[1].append(
                conversation_id
            )
        lost: set[str] = set()
        for patch, ids in groups.values():
            report = await change_many(self.desk.api, ids, patch)
            lost |= {*report.denied, *(each.id for each in report.conflicted)}
        return lost

    def _was_overtaken(self, conversation_id: str, before: int, did: ConversationPatch) -> bool:
        """Whether somebody changed it since; while no news of it has come, nobody has."""
        now = self.desk.replica.conversation(conversation_id)
        return (
            now is not None and now.rev > before and overtaken(now, did, self.names(), self.now()) is not None
        )
