"""An agent's files: those of this machine sent, those that came saved, opened and looked at."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from deskterm.client.replica.outgoing import SendState
from deskterm.client.saving import files_of
from deskterm.protocol.records import Attachment, Visibility
from deskterm.screens.conversation.own_files import ask_about_attached, ask_for_files
from deskterm.screens.conversation.received import ReceivedFiles
from deskterm.screens.inbox.prefetching import Prefetching
from deskterm.text.paths import named
from deskterm.text.words import tr


class Filing(Prefetching, ReceivedFiles):
    """`ctrl+f` sends a file of this machine, `y f` saves one that came, `y o` opens it, `y p` shows it."""

    def action_attach(self) -> None:
        """Name a file; it goes with the text that is being written, and where there is none at once."""
        target, here, kind = self.target, self.writing.conversation_id, self.composer.visibility
        if target is None or here is None:
            return
        if not self.writing.may_write(target):
            self.complain(tr("A reply is not possible there now."))
            return
        attached = self.writing.attached
        if files := attached.of(here, kind):
            ask_about_attached(
                self.app,
                files,
                lambda: self._ask_which(here, kind),
                lambda each: attached.remove(here, kind, each),
            )
        else:
            self._ask_which(here, kind)

    def _ask_which(self, here: str, kind: Visibility) -> None:
        with_text = bool(self.composer.text().strip() or self.writing.attached.of(here, kind))

        def named_files(paths: list[Path]) -> None:
            if with_text:
                self.writing.attached.add(here, kind, paths)
            else:
                self.work(self._send_files(paths, kind), "send")

        note = kind is Visibility.INTERNAL
        title = tr("A file for agents only (internal note)") if note else tr("A file that the customer gets")
        goes = (
            tr("⏎ puts it to your text, {@compose.send:^S} sends both.")
            if with_text
            else tr("⏎ sends it at once.")
        )
        ask_for_files(self.app, title, goes, named_files)

    async def _send_files(self, paths: list[Path], kind: Visibility) -> None:
        try:
            state = await self.writing.send_files(paths, kind)
        except OSError as error:
            self.complain_of_file(error)
            return
        if state is SendState.SENT:
            self.say(tr("Sent {name}", name=named(paths)))

    def complain_of_file(self, error: OSError) -> None:
        """A file that was to be sent cannot be read."""
        self.complain(tr("Not sent: {why}", why=error.strerror or tr("the file cannot be read")))

    def action_save_file(self) -> None:
        """Save a file of the message pointed at, or of the conversation."""
        self.choose_file(tr("Save a file"), self.files_in_sight(), self.ask_where)

    def action_open_file(self) -> None:
        """Open one with the desktop's program for it; over ssh it is saved and said where."""
        self.choose_file(tr("Open a file"), self.files_in_sight(), self.open_file)

    # --- for what came -----------------------------------------------------------------------------------

    def files_in_sight(self) -> list[Attachment]:
        """Those of the message pointed at, or of the conversation."""
        target = self.target
        if target is None:
            return []
        thread, pointed = self.desk.replica.thread(target.id), self.pointed()
        return files_of([pointed] if pointed is not None else thread.messages if thread else ())

    def tell(self, words: str) -> None:
        """In the context row."""
        self.say(words)

    def warn(self, words: str) -> None:
        """Over the screen."""
        self.complain(words)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside everything else."""
        self.work(work, "files")
