"""The verbs of the list about all that is chosen: foreseen exactly, done at once, taken back by `u`."""

from collections.abc import Callable, Mapping, Sequence

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ClientError
from deskterm.client.triage import BulkReport, Load, change_many
from deskterm.protocol.records import Conversation, Role, Status
from deskterm.screens.inbox.changes import inverse, said_of
from deskterm.screens.inbox.choices import NOBODY, all_priorities, all_statuses, takers
from deskterm.screens.inbox.undo import BulkUndo, Undoable
from deskterm.screens.inbox.until import ask_until
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.sentences import brief
from deskterm.screens.triage.preview import Consequences
from deskterm.screens.triage.report import after, done, foreseen, in_short
from deskterm.screens.triage.taking_back import TakingManyBack
from deskterm.text.words import tr, trn
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice


class BulkVerbs(TakingManyBack):
    """Each verb asks what it needs, shows what would become of all, and does it if that is wanted."""

    loads: tuple[Load, ...] = ()

    def action_resolve(self) -> None:
        """Resolve all that is chosen."""
        if self.several:
            self.change_many({"status": Status.RESOLVED.value})
        else:
            super().action_resolve()

    def action_reopen(self) -> None:
        """Set all that is chosen open again."""
        if self.several:
            self.change_many({"status": Status.OPEN.value})
        else:
            super().action_reopen()

    def action_status(self) -> None:
        """Choose where all stand."""

        def chosen(status: str) -> None:
            if status == Status.SNOOZED:
                self.action_snooze()
            else:
                self.change_many({"status": status})

        if self.several:
            self._choose(tr("Status of {count}", count=len(self.selected)), all_statuses(), chosen)
        else:
            super().action_status()

    def action_priority(self) -> None:
        """Choose how urgent all are."""
        if self.several:
            title = tr("Priority of {count}", count=len(self.selected))
            self._choose(title, all_priorities(), lambda each: self.change_many({"priority": each}))
        else:
            super().action_priority()

    def action_assign(self) -> None:
        """Choose who works on all of it."""
        if not self.several:
            super().action_assign()
            return
        members = self.desk.replica.roster.members.values()
        able = [each for each in members if each.role is not Role.CUSTOMER and not each.disabled]
        self._choose(
            tr("Assign {count} to", count=len(self.selected)),
            takers(able, self.me, {each.member.id: each for each in self.loads}),
            lambda each: self.change_many({"assignee_id": None if each == NOBODY else each}),
        )

    def action_take(self) -> None:
        """Assign all that is chosen to oneself."""
        if self.several:
            self.change_many({"assignee_id": self.me.member_id})
        else:
            super().action_take()

    def action_tags(self) -> None:
        """Add tags to all, and take others away."""
        if not self.several:
            super().action_tags()
            return

        def answered(values: Mapping[str, str] | None) -> None:
            patch: ConversationPatch = {}
            if added := _tags((values or {}).get("add", "")):
                patch["add_tags"] = added
            if removed := _tags((values or {}).get("remove", "")):
                patch["remove_tags"] = removed
            if patch:
                self.change_many(patch)

        fields = [
            Field("add", tr("Add"), "", "login, billing", required=False),
            Field("remove", tr("Remove"), required=False),
        ]
        title = tr("Tags of {count}", count=len(self.selected))
        self.app.push_screen(Ask(title, fields, note=tr("Separate with commas.")), answered)

    def action_snooze(self) -> None:
        """Put all away until later."""
        if not self.several:
            super().action_snooze()
            return
        ask_until(
            self.app,
            tr("Snooze {count}", count=len(self.selected)),
            self.now(),
            lambda when: self.change_many({"status": Status.SNOOZED.value, "snoozed_until": when}),
        )

    def action_escalate(self) -> None:
        """Flag all with a reason, or clear their flags."""
        if not self.several:
            super().action_escalate()
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is None:
                return
            reason = values["reason"].strip()
            self.change_many(
                {"escalated": True, "escalated_reason": reason} if reason else {"escalated": False}
            )

        field = Field("reason", tr("Reason"), placeholder=tr("empty clears the flag"), required=False)
        self.app.push_screen(Ask(tr("Escalate {count}", count=len(self.selected)), [field]), answered)

    def action_mark(self, unread: bool) -> None:
        """Mark all that is chosen."""
        if self.several:
            self.change_many({"unread": unread})
        else:
            super().action_mark(unread)

    def change_many(self, patch: ConversationPatch) -> None:
        """Show what `patch` would do to all that is chosen, and do it if that is wanted."""
        if not self.desk.connection.online:
            self.complain(
                tr("Several at once need the server, and it cannot be reached. One at a time waits.")
            )
            return
        self.work(self._foresee(self.selected, patch), "change")

    async def _foresee(self, chosen: Sequence[Conversation], patch: ConversationPatch) -> None:
        ids = [each.id for each in chosen]
        try:
            report = await change_many(self.desk.api, ids, patch, dry_run=True)
            loads = (await self.desk.api.workload()).agents if patch.get("assignee_id") else ()
        except ClientError as error:
            self.complain(tr("Nothing was changed: {why}", why=brief(error)))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.work(self._apply(chosen, patch), "change")

        title = trn(
            "{count} selected: {what}", "{count} selected: {what}", len(ids), what=self.said_of_all(patch)
        )
        lines = [*foreseen(report, chosen), *after(loads, report, patch, chosen)]
        self.app.push_screen(Consequences(title, lines, asks=bool(report.applied)), answered)

    async def _apply(self, chosen: Sequence[Conversation], patch: ConversationPatch) -> None:
        try:
            report = await change_many(self.desk.api, [each.id for each in chosen], patch)
        except ClientError as error:
            self.complain(tr("Not all was changed: {why}", why=brief(error)))
            return
        words = f"{len(report.applied):,} {self.said_of_all(patch)}"
        self._tell(report, chosen, words)
        applied = set(report.applied)
        changed = tuple((each, patch) for each in chosen if each.id in applied)
        if changed and all(inverse(each, patch) for each, _ in changed):
            self.remember(BulkUndo(changed, words))

    def _tell(self, report: BulkReport, chosen: Sequence[Conversation], words: str) -> None:
        self.clear_selection()
        refused = {*report.denied, *(each.id for each in report.conflicted)}
        self.select_again([each for each in chosen if each.id in refused])
        short = in_short(report, words)
        self.say(tr("{words} · {@undo:u} takes it back", words=short) if report.applied else short)
        if report.denied or report.conflicted:
            self.app.push_screen(Consequences(words, done(report, chosen), asks=False))

    def said_of_all(self, patch: ConversationPatch) -> str:
        """What is done to each, in a few words."""
        return said_of(patch, self.names(), self.now())

    def _choose(self, title: str, choices: Sequence[Choice], then: Callable[[str], None]) -> None:
        self.app.push_screen(Choose(title, choices), lambda each: None if each is None else then(each))

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back, or say why not."""
        if isinstance(undo, BulkUndo):
            await self.take_many_back(undo)
        else:
            await super().take_back(undo)


def _tags(typed: str) -> list[str]:
    return sorted({tag.strip().lower() for tag in typed.split(",") if tag.strip()})
