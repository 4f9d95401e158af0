"""A customer's files: those of this machine sent, those that came looked at, opened and saved."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from textual import work

from deskterm.client.saving import files_of
from deskterm.protocol.records import Attachment, Visibility
from deskterm.screens.chat.searching import ChatSearching
from deskterm.screens.chat.writing import ChatWriting
from deskterm.screens.conversation.own_files import ask_about_attached, ask_for_files
from deskterm.screens.conversation.received import ReceivedFiles
from deskterm.screens.questions import Choose
from deskterm.screens.writing.attached import give_up_upload
from deskterm.terminal.opening import is_picture
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice

SHOW, OPEN, SAVE = "show", "open", "save"


class ChatFiling(ChatSearching, ReceivedFiles):
    """`ctrl+f` sends a file, `f10` shows, opens or saves one that came, `ctrl+z` stops one on its way."""

    writing: ChatWriting

    def action_attach(self) -> None:
        """Name a file; it goes with the text that is being written, and where there is none at once."""
        here, attached = self.shown.conversation_id, self.writing.attached
        if here is None:
            self.row.show_words(tr("Not connected yet; try again in a moment."))
        elif files := attached.of(here, Visibility.PUBLIC):
            ask_about_attached(
                self.app,
                files,
                lambda: self._ask_which(here),
                lambda each: attached.remove(here, Visibility.PUBLIC, each),
            )
        else:
            self._ask_which(here)

    def _ask_which(self, here: str) -> None:
        attached = self.writing.attached
        with_text = bool(self.composer.text().strip() or attached.of(here, Visibility.PUBLIC))

        def named_files(paths: list[Path]) -> None:
            if with_text:
                attached.add(here, Visibility.PUBLIC, paths)
            else:
                self._send_files(here, paths)

        goes = (
            tr("⏎ puts it to your text, which you send as always.")
            if with_text
            else tr("⏎ sends it at once.")
        )
        ask_for_files(self.app, tr("Send a file"), goes, named_files)

    @work(group="send", exit_on_error=False)
    async def _send_files(self, conversation_id: str, paths: list[Path]) -> None:
        try:
            await self.desk.send(conversation_id, "", files=paths)
        except OSError as error:
            self.warn(tr("Not sent: {why}", why=error.strerror or tr("the file cannot be read")))

    def action_unsend(self) -> None:
        """In an empty text, give up the newest file that is not sent; else undo what was typed."""
        here = self.shown.conversation_id
        given_up = (
            give_up_upload(self.desk, self.writing.drafts, here)
            if here and not self.composer.field.text
            else None
        )
        if given_up is None:
            self.composer.field.undo()
        else:
            self.row.show_words(tr("Taken back: {names}", names=given_up))

    # --- what came ---------------------------------------------------------------------------------------

    def action_files(self) -> None:
        """Choose one of the files that are in sight of the thread, and what to do with it."""
        self.choose_file(tr("Files"), self.files_in_sight(), self._ask_what)

    def _ask_what(self, attachment: Attachment) -> None:
        verbs = {SHOW: self.show_picture, OPEN: self.open_file, SAVE: self.ask_where}
        choices = [Choice(OPEN, tr("Open it")), Choice(SAVE, tr("Save it…"))]
        if is_picture(attachment.media_type):
            choices = [Choice(SHOW, tr("Look at it here")), *choices]

        def chosen(verb: str | None) -> None:
            if verb is not None:
                verbs[verb](attachment)

        self.app.push_screen(Choose(safe_line(attachment.filename), choices), chosen)

    def files_in_sight(self) -> list[Attachment]:
        """Those of the thread."""
        return files_of(self.thread.messages)

    def tell(self, words: str) -> None:
        """Below the text."""
        self.row.show_words(words)

    def warn(self, words: str) -> None:
        """At the same place."""
        self.row.show_words(words)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside everything else."""
        self.run_worker(work, group="files", exit_on_error=False)
