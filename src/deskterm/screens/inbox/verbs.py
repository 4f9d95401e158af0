"""What can be done to a conversation: status, priority, assignee, tags, snooze, escalation, and undo."""

from collections.abc import Mapping
from datetime import datetime

from deskterm.client.answers import ConversationPatch, NewConversation
from deskterm.client.errors import ApiError, ClientError
from deskterm.protocol.records import Conversation, Priority, Status
from deskterm.protocol.states import ACTIVE, allowed
from deskterm.screens.inbox.blocking import Blocking
from deskterm.screens.inbox.changes import inverse, said, status_back
from deskterm.screens.inbox.choices import (
    NOBODY,
    assignees,
    contacts,
    giving_back,
    priorities,
    statuses,
)
from deskterm.screens.inbox.rights import sees_unassigned
from deskterm.screens.inbox.undo import OpeningUndo, Undo
from deskterm.screens.inbox.undoing import refusal
from deskterm.screens.inbox.until import ask_until
from deskterm.screens.questions import Ask, Choose, ChooseFound
from deskterm.screens.sentences import brief
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice

#: After these the conversation is done with for now.
_LEAVING = frozenset({Status.RESOLVED, Status.CLOSED, Status.SNOOZED})


class Verbs(Blocking):
    """Every change to a conversation goes through `change`, which also remembers how to take it back."""

    def change(self, conversation: Conversation, patch: ConversationPatch) -> None:
        """Change a conversation; where that finishes it, go on to the next one as the person chose."""
        self.work(self._change(conversation, patch), "change")

    async def _change(self, conversation: Conversation, patch: ConversationPatch) -> None:
        leaving = patch.get("status") in _LEAVING or "snoozed_until" in patch
        reading = self.reading_mode and self.reading.conversation_id == conversation.id
        following = self.listing.after(conversation.id) if leaving else None
        words = said(conversation, patch, self.names(), self.now())
        if not await self._patch(conversation, patch):
            return
        back = inverse(conversation, patch)
        in_sight = self.desk.replica.conversation(conversation.id) is not None
        if back and in_sight:
            self.remember(Undo(conversation.id, back, words, patch))
        self.say(tr("{words} · {@undo:u} takes it back", words=words) if back and in_sight else words)
        if leaving and reading:
            self._go_on(following)

    async def _patch(self, conversation: Conversation, patch: ConversationPatch) -> bool:
        try:
            await self.desk.patch(conversation.id, **patch)
        except ApiError as error:
            self.complain(refusal(conversation, error))
            return False
        except ClientError as error:
            self.complain(tr("#{number} is unchanged: {why}", number=conversation.number, why=brief(error)))
            return False
        return True

    def _go_on(self, following: str | None) -> None:
        if self.settings.advance == "next" and following is not None:
            self.open_id(following)
        else:
            self.close_conversation()

    def action_resolve(self) -> None:
        """Resolve and go to the next one."""
        self._move(Status.RESOLVED)

    def action_reopen(self) -> None:
        """Set it open again."""
        self._move(Status.OPEN)

    def _move(self, status: Status) -> None:
        target = self.ticket
        if target is None:
            return
        if status is target.status:
            self.say(tr("#{number} is {status} already.", number=target.number, status=tr(status.value)))
        elif status in allowed(target.status):
            self.change(target, {"status": status.value})
        else:
            legal = ", ".join(tr(each.value) for each in allowed(target.status))
            self.say(
                tr(
                    "#{number} is {status}; from there it can become {legal}.",
                    number=target.number,
                    status=tr(target.status.value),
                    legal=legal,
                )
            )

    def action_status(self) -> None:
        """Choose where it stands."""
        target = self.ticket
        if target is None:
            return

        def chosen(status: str | None) -> None:
            if status == Status.SNOOZED:
                self.ask_snooze(target)
            elif status is not None:
                self.change(target, {"status": status})

        self.app.push_screen(
            Choose(tr("Status of #{number}", number=target.number), statuses(target)), chosen
        )

    def action_priority(self) -> None:
        """Choose how urgent it is."""
        target = self.ticket
        if target is None:
            return

        def chosen(priority: str | None) -> None:
            if priority is not None:
                self.change(target, {"priority": Priority(priority).value})

        self.app.push_screen(
            Choose(tr("Priority of #{number}", number=target.number), priorities(target)), chosen
        )

    def action_assign(self) -> None:
        """Choose who works on it."""
        target = self.ticket
        if target is None:
            return

        def chosen(member_id: str | None) -> None:
            if member_id is not None:
                self.change(target, {"assignee_id": None if member_id == NOBODY else member_id})

        offered = assignees(target, self.desk.replica.roster.members.values(), self.me)
        self.app.push_screen(Choose(tr("Assign #{number} to", number=target.number), offered), chosen)

    def action_take(self) -> None:
        """Assign it to oneself; if it is one's own already, give it back."""
        target = self.ticket
        if target is None:
            return
        if not self.may_take(target):
            self.say(tr("#{number} cannot be taken or given back by you.", number=target.number))
            return
        mine = target.assignee is not None and target.assignee.id == self.me.member_id
        if mine and not sees_unassigned(self.me):
            self._ask_to_give_back(target)
        else:
            self.change(target, {"assignee_id": None if mine else self.me.member_id})

    def _ask_to_give_back(self, target: Conversation) -> None:
        """There is no way back from losing sight of a conversation, so ask before."""

        def chosen(answer: str | None) -> None:
            if answer == NOBODY:
                self.change(target, {"assignee_id": None})

        self.app.push_screen(Choose(tr("Give #{number} back?", number=target.number), giving_back()), chosen)

    def action_tags(self) -> None:
        """Edit the tags, separated by commas."""
        target = self.ticket
        if target is None:
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is None:
                return
            wanted = {tag.strip().lower() for tag in values["tags"].split(",") if tag.strip()}
            patch: ConversationPatch = {}
            if added := sorted(wanted - set(target.tags)):
                patch["add_tags"] = added
            if removed := sorted(set(target.tags) - wanted):
                patch["remove_tags"] = removed
            if patch:
                self.change(target, patch)

        field = Field("tags", tr("Tags"), ", ".join(target.tags), "login, billing", required=False)
        self.app.push_screen(
            Ask(tr("Tags of #{number}", number=target.number), [field], note=tr("Separate with commas.")),
            answered,
        )

    def action_snooze(self) -> None:
        """Put it away until later."""
        target = self.ticket
        if target is None:
            return
        if target.status is not Status.SNOOZED and Status.SNOOZED not in allowed(target.status):
            self._move(Status.SNOOZED)
            return
        self.ask_snooze(target)

    def ask_snooze(self, target: Conversation) -> None:
        """Ask until when."""
        title = tr("Snooze #{number}", number=target.number)
        ask_until(self.app, title, self.now(), lambda when: self._snooze(target, when))

    def _snooze(self, target: Conversation, when: datetime) -> None:
        self.change(target, {"status": Status.SNOOZED.value, "snoozed_until": when})

    def action_escalate(self) -> None:
        """Flag it with a reason, or clear the flag."""
        target = self.ticket
        if target is None:
            return
        if target.escalated:
            self.change(target, {"escalated": False})
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.change(target, {"escalated": True, "escalated_reason": values["reason"].strip()})

        self.app.push_screen(
            Ask(tr("Escalate #{number}", number=target.number), [Field("reason", tr("Reason"))]), answered
        )

    def action_new_conversation(self) -> None:
        """Write to a contact first."""

        async def find() -> list[Choice]:
            return contacts(await self.desk.people())

        async def beyond(typed: str) -> list[Choice]:
            return contacts(await self.desk.people_like(typed))

        def chosen(contact_id: str | None) -> None:
            if contact_id is not None:
                self._ask_first_words(contact_id)

        self.app.push_screen(ChooseFound(tr("Write to"), find, beyond=beyond), chosen)

    def _ask_first_words(self, contact_id: str) -> None:
        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                fields: NewConversation = {"contact_id": contact_id}
                if subject := values["subject"].strip():
                    fields["subject"] = subject
                if body := values["body"].strip():
                    fields["body"] = body
                self.work(self._create(fields), "change")

        asked = [
            Field("subject", tr("Subject"), required=False),
            Field("body", tr("Message"), required=False),
        ]
        note = tr("An open conversation with this contact is closed by a new one.")
        self.app.push_screen(Ask(tr("New conversation"), asked, note=note), answered)

    async def _create(self, fields: NewConversation) -> None:
        active = self._active_of(fields["contact_id"])
        try:
            made = await self.desk.create_conversation(**fields)
        except ClientError as error:
            self.complain(tr("No conversation was opened: {why}", why=brief(error)))
            return
        words = tr("#{number} opened", number=made.number)
        opened: ConversationPatch = {"status": Status.OPEN}
        back = status_back(active, Status.CLOSED) if active else (opened,)
        self.remember(OpeningUndo(made.id, made.previous_id, back, words))
        self.open_conversation(made)
        self.say(tr("{words} · u closes it again", words=words))

    def _active_of(self, contact_id: str) -> Conversation | None:
        """The contact's active conversation, if it is known here: a new one closes it."""
        known = self.desk.replica.conversations()
        mine = (each for each in known if each.contact is not None and each.contact.id == contact_id)
        return next((each for each in mine if each.status in ACTIVE), None)
