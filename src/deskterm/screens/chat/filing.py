"""A customer's files: one of this machine sent, one of the conversation saved."""

from collections.abc import Mapping
from pathlib import Path

from textual import work

from deskterm.client.errors import ClientError
from deskterm.client.saving import files_of, save
from deskterm.protocol.records import Attachment
from deskterm.screens.chat.searching import ChatSearching
from deskterm.screens.conversation.own_files import (
    FILE,
    PLACE,
    file_field,
    place_field,
    wrong_answer,
    wrong_target,
)
from deskterm.screens.questions import Ask, Choose
from deskterm.text.paths import typed_path, typed_paths
from deskterm.text.safe import safe_line
from deskterm.text.sizes import size
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice


class ChatFiling(ChatSearching):
    """`ctrl+f` sends a file, `f10` saves one."""

    def action_attach(self) -> None:
        """Name a file; Enter sends it."""
        conversation_id = self.shown.conversation_id
        if conversation_id is None:
            self.row.show_words(tr("Not connected yet; try again in a moment."))
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self._send_files(conversation_id, typed_paths(values[FILE]))

        self.app.push_screen(
            Ask(tr("Send a file"), [file_field()], wrong_answer, tr("⏎ sends it at once.")), answered
        )

    @work(group="send", exit_on_error=False)
    async def _send_files(self, conversation_id: str, paths: list[Path]) -> None:
        try:
            await self.desk.send(conversation_id, "", files=paths)
        except OSError as error:
            self.row.show_words(tr("Not sent: {why}", why=error.strerror or tr("the file cannot be read")))

    def action_save_file(self) -> None:
        """Choose one of the files that are in sight of the thread."""
        found = files_of(self.thread.messages)
        known = {each.id: each for each in found}

        def chosen(attachment_id: str | None) -> None:
            if attachment_id is not None:
                self._ask_where(known[attachment_id])

        if not found:
            self.row.show_words(tr("There is no file here."))
        elif len(found) == 1:
            self._ask_where(found[0])
        else:
            choices = [Choice(each.id, safe_line(each.filename), size(each.size)) for each in found]
            self.app.push_screen(Choose(tr("Save a file"), choices), chosen)

    def _ask_where(self, attachment: Attachment) -> None:
        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self._save(attachment, typed_path(values[PLACE]))

        title = tr("Save {name}", name=safe_line(attachment.filename))
        self.app.push_screen(Ask(title, [place_field(attachment)], wrong_target), answered)

    @work(group="files", exit_on_error=False)
    async def _save(self, attachment: Attachment, path: Path) -> None:
        try:
            await save(self.desk.api, attachment, path)
        except ClientError as error:
            self.row.show_words(tr("Not saved: {why}", why=error.sentence))
        except OSError as error:
            self.row.show_words(tr("Not saved: {why}", why=error.strerror or tr("the disk refuses")))
        else:
            self.row.show_words(tr("Saved as {path}", path=safe_line(str(path), None)))
