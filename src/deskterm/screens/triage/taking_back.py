"""Taking a change of many back: each gets its own former values, as many at once as had the same."""

import json
from collections.abc import Mapping

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ClientError
from deskterm.client.triage import change_many
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.changes import inverse
from deskterm.screens.inbox.undo import BulkUndo, overtaken
from deskterm.screens.sentences import brief
from deskterm.screens.triage.selecting import Selecting
from deskterm.text.words import tr, trn

#: How often a change is tried whose conversation moves under it.
_TRIES = 3
Step = tuple[ConversationPatch, list[str]]


class TakingManyBack(Selecting):
    """What somebody changed since is never overwritten: that stays, and is counted."""

    async def take_many_back(self, undo: BulkUndo) -> None:
        """Take it back, or say why not."""
        if self.is_offline_for(undo):
            return
        steps = {each.id: (did, *inverse(each, did)) for each, did in undo.changed}
        revs = {each.id: each.rev for each, _ in undo.changed}
        lost: set[str] = set()
        try:
            for place in range(1, max(map(len, steps.values()), default=0)):
                todo = {
                    i: s[place - 1 : place + 1] for i, s in steps.items() if place < len(s) and i not in lost
                }
                lost |= await self._step_where_untouched(todo, revs if place == 1 else {})
        except ClientError as error:
            self.complain(tr("“{words}” is not taken back whole: {why}", words=undo.words, why=brief(error)))
            return
        self.select_again([each for each, _ in undo.changed if each.id not in lost])
        said = tr("Taken back: {words}", words=undo.words)
        left = len(lost)
        others = trn("{count} was changed since and stays", "{count} were changed since and stay", left)
        self.say(f"{said} · {others}" if left else said)

    async def _step_where_untouched(
        self, todo: dict[str, tuple[ConversationPatch, ...]], revs: Mapping[str, int]
    ) -> set[str]:
        """Do the second of two steps wherever the first still stands; answers where it could not be done.

        Without a rev from before the first step only the server knows how things are. What moves in between
        is looked at again before it is tried again.
        """
        stay: set[str] = set()
        fresh = {i: now for i in revs if (now := self.desk.replica.conversation(i)) is not None}
        for _ in range(_TRIES):
            steps: list[tuple[str, ConversationPatch]] = []
            for i, (did, step) in todo.items():
                now = fresh.get(i) or await self._as_it_is(i)
                if now is None or self._was_overtaken(now, revs.get(i, 0), did):
                    stay.add(i)
                    continue
                fresh[i] = now
                steps.append((i, step))
            again = await self._step_all(steps, {i: fresh[i].rev for i, _ in steps})
            stale = {i for i in again if again[i] == "stale"}
            stay |= again.keys() - stale
            todo = {i: todo[i] for i in stale}
            for i in stale:
                fresh.pop(i)
        return stay | todo.keys()

    async def _step_all(
        self, steps: list[tuple[str, ConversationPatch]], revs: Mapping[str, int]
    ) -> dict[str, str]:
        """Do one step in all conversations; answers those in which it could not be done, and why."""
        groups: dict[str, Step] = {}
        for conversation_id, patch in steps:
            groups.setdefault(json.dumps(patch, sort_keys=True, default=str), (patch, []))[1].append(
                conversation_id
            )
        lost: dict[str, str] = {}
        for patch, ids in groups.values():
            guards = [revs[each] for each in ids]
            report = await change_many(self.desk.api, ids, patch, revs=guards)
            lost |= dict.fromkeys(report.denied, "denied")
            lost |= {each.id: each.code for each in report.conflicted}
        return lost

    def _was_overtaken(self, now: Conversation, before: int, did: ConversationPatch) -> bool:
        """Whether somebody changed it since; while no news of it has come, nobody has."""
        return now.rev > before and overtaken(now, did, self.names(), self.now()) is not None
