"""What one has written oneself and may still change: notes, and replies while they are held."""

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.outgoing import SendState
from deskterm.commands.model import Context
from deskterm.protocol.records import Conversation, Message, Visibility
from deskterm.screens.conversation.copying import Copying
from deskterm.screens.inbox.undo import DeletedUndo, NoteUndo, SendUndo, Undoable
from deskterm.screens.sentences import brief
from deskterm.screens.writing.attached import give_up_upload
from deskterm.screens.writing.changeable import may_change
from deskterm.screens.writing.rewriting import Rewriting
from deskterm.text.words import later, tr
from deskterm.widgets.thread.held import held_seconds
from deskterm.widgets.thread.message import MessageView

_NONE = later("There is no note of yours here, and no reply that is held.")
_FOREIGN = later("Only your own notes, and your replies while they are held, can be changed.")


class OwnTexts(Copying):
    """Taking back what was just sent, changing and deleting notes."""

    _recalled: str | None = None
    """The conversation whose reply is to be taken back as soon as it has arrived."""

    # --- taking back -------------------------------------------------------------------------------------

    def arrived(self, conversation_id: str | None, kind: Visibility, state: SendState | None) -> None:
        """A text was sent: say how it is taken back, if it has arrived and can be."""
        if conversation_id is None or state is not SendState.SENT:
            return
        message = self._newest_own(conversation_id, kind)
        conversation = self.desk.replica.conversation(conversation_id)
        if message is None or conversation is None:
            return
        note = kind is Visibility.INTERNAL
        words = (
            tr("note in #{number}", number=conversation.number)
            if note
            else tr("reply to #{number}", number=conversation.number)
        )
        undo = SendUndo(conversation_id, message.id, words, message)
        self.remember(undo)
        if self._recalled == conversation_id and not note:
            self._recalled = None
            self.undos.remove(undo)
            self.work(self._recall_own(undo), "undo")
        elif note:
            self.say("Noted · {@back:Esc}, then {@undo:u} takes it back")
        else:
            self.say(
                tr(
                    "Held for {seconds} s · {@compose.unsend:^Z} takes it back, or {@undo:u}",
                    seconds=held_seconds(message),
                )
            )

    def action_unsend(self) -> None:
        """In an empty text, take back what is held, or a file on its way; else undo what was typed."""
        conversation_id = self.writing.conversation_id
        if self.composer.field.text or conversation_id is None:
            self.composer.field.undo()
            return
        if given_up := give_up_upload(self.desk, self.writing.drafts, conversation_id):
            self.say(tr("Taken back: {names}", names=given_up))
            return
        message = self._newest_own(conversation_id, Visibility.PUBLIC)
        if message is not None:
            self._forget_own(message.id)
            self.work(self._recall_own(SendUndo(conversation_id, message.id, "reply", message)), "undo")
        elif self._is_going_out(conversation_id):
            self._recalled = conversation_id
        else:
            self.composer.field.undo()

    def action_undo(self) -> None:
        """Take the last change back; what has gone out by now is no longer one."""
        while self.undos and isinstance(self.undos[-1], SendUndo) and self._is_out_own(self.undos[-1]):
            self.undos.pop()
        super().action_undo()

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back, or say why not."""
        match undo:
            case SendUndo():
                await self._recall_own(undo)
            case NoteUndo():
                await self._rewrite_own_back(undo)
            case DeletedUndo():
                await self._bring_back(undo)
            case _:
                await super().take_back(undo)

    async def _recall_own(self, undo: SendUndo) -> None:
        """Make a draft of a sent text again: kept first, so that it is never nowhere."""
        message = self._message_own(undo.conversation_id, undo.message_id) or undo.message
        if message.deleted:
            self.complain(tr("The {words} is not here any more.", words=undo.words))
            return
        drafts, kind = self.writing.drafts, message.visibility
        before = drafts.get(undo.conversation_id, kind), drafts.blanks(undo.conversation_id, kind)
        drafts.put_above(undo.conversation_id, kind, message.body)
        await self.writing.save()
        try:
            await self.desk.api.delete_message(message.id)
        except ClientError as error:
            drafts.put(undo.conversation_id, kind, *before)
            await self.writing.save()
            late = isinstance(error, ApiError) and error.code == "conflict"
            self.complain(
                "Too late: the reply has gone out." if late else tr("Not taken back: {why}", why=brief(error))
            )
            return
        self._put_into_text(undo.conversation_id, kind)
        self.say("Taken back: the text is a draft again")

    def _put_into_text(self, conversation_id: str, kind: Visibility) -> None:
        """Show the draft in the text of the open conversation, with the keyboard at its end."""
        self.list.set_drafts(self.writing.drafts.conversations)
        if self.writing.conversation_id != conversation_id:
            return
        conversation = self.desk.replica.conversation(conversation_id)
        if conversation is not None and self.reading_mode:
            self.composer.switch(kind)
            self.writing.follow(conversation)
            self.go_to(self.composer.field)

    # --- changing ----------------------------------------------------------------------------------------

    def action_edit_message(self) -> None:
        """Change a note of one's own; a held reply is taken back into the text instead."""
        message = self._meant_own()
        conversation = self.reading.conversation
        if message is None or conversation is None:
            return
        if message.visibility is Visibility.PUBLIC:
            self._forget_own(message.id)
            self.work(self._recall_own(SendUndo(conversation.id, message.id, "reply", message)), "undo")
            return

        def written(text: str | None) -> None:
            if text is not None and text != message.body:
                self.work(self._rewrite_own(conversation, message, text), "change")

        self.app.push_screen(Rewriting(tr("Change your note"), message.body), written)

    async def _rewrite_own(self, conversation: Conversation, message: Message, text: str) -> None:
        try:
            await self.desk.api.edit_message(message.id, text)
        except ClientError as error:
            self.complain(tr("The note is unchanged: {why}", why=brief(error)))
            return
        words = tr("note in #{number} changed", number=conversation.number)
        self.remember(NoteUndo(conversation.id, message.id, message.body, text, words))
        self.say(tr("{words} · {@undo:u} takes it back", words=words))

    async def _rewrite_own_back(self, undo: NoteUndo) -> None:
        message = self._message_own(undo.conversation_id, undo.message_id)
        if message is None or message.deleted or message.body != undo.after:
            self.complain("Not taken back: the note was changed since.")
            return
        try:
            await self.desk.api.edit_message(undo.message_id, undo.before)
        except ClientError as error:
            self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
            return
        self.say(tr("Taken back: {words}", words=undo.words))

    def action_delete_message(self) -> None:
        """Delete a note of one's own; a held reply is taken back into the text instead."""
        message = self._meant_own()
        if message is None:
            return
        if message.visibility is Visibility.PUBLIC:
            self.action_edit_message()
        else:
            self.work(self._delete_own(message), "change")

    async def _delete_own(self, message: Message) -> None:
        try:
            await self.desk.api.delete_message(message.id)
        except ClientError as error:
            self.complain(tr("The note is still there: {why}", why=brief(error)))
            return
        self._forget_own(message.id)
        conversation = self.desk.replica.conversation(message.conversation_id)
        words = (
            tr("note in #{number} deleted", number=conversation.number)
            if conversation
            else tr("note deleted")
        )
        self.remember(DeletedUndo(message.conversation_id, message.id, message.body, words))
        self.say(tr("{words} · {@undo:u} brings it back", words=words[:1].upper() + words[1:]))

    async def _bring_back(self, undo: DeletedUndo) -> None:
        if self.is_offline_for(undo):
            return
        try:
            await self.desk.api.edit_message(undo.message_id, undo.body)
        except ClientError as error:
            self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=brief(error)))
            return
        self.say(tr("Taken back: {words}", words=undo.words))

    # --- which -------------------------------------------------------------------------------------------

    def _meant_own(self) -> Message | None:
        """The own text that is pointed at or selected, else the newest one; says so if there is none."""
        conversation_id = self.reading.conversation_id
        pointed = self.pointed() or self._selected_own()
        if pointed is not None:
            if may_change(pointed, self.me):
                return pointed
            self.say(_FOREIGN)
            return None
        message = self._newest_own(conversation_id, None) if conversation_id else None
        if message is None:
            self.say(_NONE)
        return message

    def _selected_own(self) -> Message | None:
        if self.context is not Context.THREAD:
            return None
        views = [each for each in self.selections if isinstance(each, MessageView)]
        return views[-1].entry.message if views else None

    def _newest_own(self, conversation_id: str, kind: Visibility | None) -> Message | None:
        thread = self.desk.replica.thread(conversation_id)
        for message in reversed(thread.messages if thread else ()):
            if may_change(message, self.me) and kind in (None, message.visibility):
                return message
        return None

    def _message_own(self, conversation_id: str, message_id: str) -> Message | None:
        thread = self.desk.replica.thread(conversation_id)
        return thread.get(message_id) if thread else None

    def _is_out_own(self, undo: SendUndo) -> bool:
        message = self._message_own(undo.conversation_id, undo.message_id)
        return message is not None and not may_change(message, self.me)

    def _is_going_out(self, conversation_id: str) -> bool:
        """Whether a reply is on its way to a server that will hold it."""
        if not self.me.organization.settings.get("send_hold_seconds"):
            return False
        sending = self.desk.replica.outgoing.of(conversation_id)
        return any(
            each.state is SendState.SENDING and each.visibility is Visibility.PUBLIC for each in sending
        )

    def _forget_own(self, message_id: str) -> None:
        """It is taken back or deleted otherwise."""
        self.undos = [each for each in self.undos if getattr(each, "message_id", None) != message_id]
