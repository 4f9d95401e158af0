"""Help with writing: quoting, and one's own editor."""

import os

from deskterm.client.errors import ClientError
from deskterm.commands.model import Command, Context
from deskterm.protocol.records import Conversation, Visibility
from deskterm.screens.conversation.chosen import is_note, newest_to_answer, quoted, selected, selects_note
from deskterm.screens.conversation.filing import Filing
from deskterm.screens.sentences import brief
from deskterm.terminal.editor import available, edit
from deskterm.terminal.editor_choice import EditorFailed, editor_command
from deskterm.text.words import tr


class Composing(Filing):
    """What brings text into the composer without typing it there."""

    def offered(self) -> list[Command]:
        """The commands that exist here: an editor needs a terminal that can be lent."""
        return [each for each in super().offered() if each.id != "compose.editor" or available(self.app)]

    def action_quote(self) -> None:
        """Reply with what is selected, or the contact's newest message, quoted above the text."""
        target = self.target
        if target is None:
            return
        pointed = self.pointed()
        marked = selected(self) if self.context is Context.THREAD else ""
        if selects_note(self) if marked else pointed is not None and is_note(pointed):
            self.complain("A note is for agents only, so it is not quoted in a reply.")
            return
        self.write(Visibility.PUBLIC)
        if self.context is not Context.COMPOSER:
            return  # a reply is not possible, and the reader was told why
        if marked:
            self._put_above(quoted(marked))
        elif pointed is not None:
            self._put_above(quoted(pointed.body))
        else:
            self.work(self._quote_newest(target), "quote", exclusive=True)

    async def _quote_newest(self, target: Conversation) -> None:
        try:
            await self.desk.open_conversation(target.id)
        except ClientError as error:
            self.complain(tr("There is nothing to quote yet: {why}", why=brief(error)))
            return
        thread = self.desk.replica.thread(target.id)
        message = newest_to_answer(thread.messages if thread else ())
        if message is None:
            self.say("There is nothing to quote yet.")
        elif self.writing.conversation_id == target.id:
            self._put_above(quoted(message.body))

    def _put_above(self, text: str) -> None:
        """Put `text` before what is written; the cursor stays where one writes."""
        field = self.composer.field
        empty = not field.text
        field.insert(f"{text}\n\n", (0, 0))
        if empty:
            field.move_cursor(field.document.end)

    def action_editor(self) -> None:
        """Write the text in one's own editor."""
        self.work(self._edit(), "editor", exclusive=True)

    async def _edit(self) -> None:
        conversation_id, kind = self.writing.conversation_id, self.composer.visibility
        if conversation_id is None:
            return
        await self.writing.save()
        before, blanks = self.composer.text(kind), self.composer.kept_blanks(kind)
        try:
            text = await edit(self.app, before, editor_command(self.settings.editor, os.environ))
        except EditorFailed as error:
            self.complain(str(error))
            return
        self.writing.drafts.put(conversation_id, kind, text, blanks)
        await self.writing.save()
