"""Spreading what is chosen over who is there: who would get what is shown before it is done."""

from collections import Counter
from collections.abc import Sequence

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ClientError
from deskterm.client.triage import AT_ONCE, BalanceReport, Load
from deskterm.protocol.records import Conversation
from deskterm.screens.inbox.undo import BulkUndo
from deskterm.screens.sentences import brief
from deskterm.screens.triage.preview import Consequences
from deskterm.screens.triage.report import load_then
from deskterm.screens.triage.watching import Watching
from deskterm.text.words import tr, trn


class Balancing(Watching):
    """`=`."""

    def action_balance(self) -> None:
        """Spread what is chosen."""
        if not self.several:
            self.say(tr("Select what is to be spread first: Space, v or *."))
        elif not self.desk.connection.online:
            self.complain(tr("Balancing needs the server, and it cannot be reached."))
        elif len(self.selected) > AT_ONCE:
            self.complain(tr("At most {count} are balanced at once.", count=AT_ONCE))
        else:
            self.work(self._foresee_balance(self.selected), "change")

    async def _foresee_balance(self, chosen: Sequence[Conversation]) -> None:
        try:
            report = await self.desk.api.balance([each.id for each in chosen], dry_run=True)
        except ClientError as error:
            self.complain(tr("Nothing was changed: {why}", why=brief(error)))
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.work(self._balance(chosen), "change")

        title = trn("{count} selected: balance", "{count} selected: balance", len(chosen))
        lines = [*_shares(report, chosen, self.loads), *_stays(report)]
        self.app.push_screen(Consequences(title, lines, asks=bool(report.given)), answered)

    async def _balance(self, chosen: Sequence[Conversation]) -> None:
        try:
            report = await self.desk.api.balance([each.id for each in chosen])
        except ClientError as error:
            self.complain(tr("Nothing was changed: {why}", why=brief(error)))
            return
        before = {each.id: each for each in chosen}
        changed = []
        for each in report.given:
            patch: ConversationPatch = {"assignee_id": each.member.id}
            changed.append((before[each.id], patch))
        words = trn("{count} given out", "{count} given out", len(report.given))
        self.clear_selection()
        if changed:
            self.remember(BulkUndo(tuple(changed), words))
        stays = len(report.unchanged) + len(report.left) + len(report.denied)
        rest = " · " + trn("{count} stays", "{count} stay", stays) if stays else ""
        self.say(
            tr("{words} · {@undo:u} takes it back", words=f"{words}{rest}") if changed else f"{words}{rest}"
        )


def _shares(report: BalanceReport, chosen: Sequence[Conversation], loads: Sequence[Load]) -> list[str]:
    """Who gets how many, the most first, who only gives some, and what each has then."""
    had = {each.id: each.assignee for each in chosen}
    givers = [who for each in report.given if (who := had[each.id]) is not None]
    names = {each.id: each.name for each in givers} | {
        each.member.id: each.member.name for each in report.given
    }
    gets, gives = Counter(each.member.id for each in report.given), Counter(each.id for each in givers)
    known = {each.member.id: each for each in loads}
    said = [
        (who, tr("{name} gets {count}", name=names[who], count=count)) for who, count in gets.most_common()
    ]
    said += [
        (who, tr("{name} gives {count}", name=names[who], count=count))
        for who, count in gives.most_common()
        if who not in gets
    ]
    return [
        f"{words} · {load_then(known[who], gets[who] - gives[who])}" if who in known else words
        for who, words in said
    ]


def _stays(report: BalanceReport) -> list[str]:
    """How many stay, and why."""
    reasons = Counter(each.reason for each in report.left)
    found = [trn("{count} stays: {why}", "{count} stay: {why}", n, why=why) for why, n in reasons.items()]
    if report.unchanged:
        found.append(
            trn("{count} stays with who has it", "{count} stay with who has them", len(report.unchanged))
        )
    if report.denied:
        found.append(tr("{count} not yours to change so", count=len(report.denied)))
    return found
