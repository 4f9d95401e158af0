"""Sending a file, and saving or opening one that came."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from deskterm.client.errors import ClientError
from deskterm.client.replica.outgoing import SendState
from deskterm.client.saving import files_of, save
from deskterm.protocol.records import Attachment, Visibility
from deskterm.screens.conversation.own_files import (
    FILE,
    PLACE,
    file_field,
    place_field,
    usual_place,
    wrong_answer,
    wrong_target,
)
from deskterm.screens.inbox.prefetching import Prefetching
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.sentences import brief
from deskterm.terminal.opening import hand_over, is_harmless, opener
from deskterm.text.paths import typed_path, typed_paths
from deskterm.text.safe import safe_line
from deskterm.text.sizes import size
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice


class Filing(Prefetching):
    """`ctrl+f` sends a file of this machine, `y f` saves one of the conversation, `y o` opens it."""

    def action_attach(self) -> None:
        """Name a file; Enter sends it as a message of its own, as the reply or note that is being written."""
        target = self.target
        if target is None or self.writing.conversation_id is None:
            return
        kind = self.composer.visibility
        if not self.writing.may_write(target):
            self.complain(tr("A reply is not possible there now."))
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.work(self._send_files(typed_paths(values[FILE]), kind), "send")

        note = kind is Visibility.INTERNAL
        title = tr("A file for agents only (internal note)") if note else tr("A file that the customer gets")
        self.app.push_screen(Ask(title, [file_field()], wrong_answer, tr("⏎ sends it at once.")), answered)

    async def _send_files(self, paths: list[Path], kind: Visibility) -> None:
        try:
            state = await self.writing.send_files(paths, kind)
        except OSError as error:
            self.complain(tr("Not sent: {why}", why=error.strerror or tr("the file cannot be read")))
            return
        if state is SendState.SENT:
            self.say(tr("Sent {name}", name=safe_line(", ".join(each.name for each in paths))))

    def action_save_file(self) -> None:
        """Save a file of the message pointed at, or of the conversation."""
        self._choose_file(tr("Save a file"), self._ask_where)

    def action_open_file(self) -> None:
        """Open one with the desktop's program for it; over ssh it is saved and said where."""
        self._choose_file(tr("Open a file"), lambda chosen: self.work(self._open_file(chosen), "files"))

    def _choose_file(self, title: str, then: Callable[[Attachment], object]) -> None:
        target = self.target
        if target is None:
            return
        thread, pointed = self.desk.replica.thread(target.id), self.pointed()
        found = files_of([pointed] if pointed is not None else thread.messages if thread else ())
        if not found:
            self.say("There is no file here.")
        elif len(found) == 1:
            then(found[0])
        else:
            known = {each.id: each for each in found}

            def chosen(attachment_id: str | None) -> None:
                if attachment_id is not None:
                    then(known[attachment_id])

            choices = [Choice(each.id, safe_line(each.filename), size(each.size)) for each in found]
            self.app.push_screen(Choose(title, choices), chosen)

    def _ask_where(self, attachment: Attachment) -> None:
        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.work(self._save(attachment, typed_path(values[PLACE])), "files")

        title = tr("Save {name}", name=safe_line(attachment.filename))
        self.app.push_screen(Ask(title, [place_field(attachment)], wrong_target), answered)

    async def _open_file(self, attachment: Attachment) -> None:
        path, command = await asyncio.to_thread(usual_place, attachment), opener()
        if not await self._is_saved(attachment, path):
            return
        if not is_harmless(attachment.filename, attachment.media_type):
            self.complain(
                tr("Saved, not opened, for it may run something: {path}", path=safe_line(str(path), None))
            )
        elif command is not None and not await hand_over(command, path):
            self.complain(tr("No program took it. It is there: {path}", path=safe_line(str(path), None)))

    async def _save(self, attachment: Attachment, path: Path) -> None:
        await self._is_saved(attachment, path)

    async def _is_saved(self, attachment: Attachment, path: Path) -> bool:
        try:
            await save(self.desk.api, attachment, path)
        except ClientError as error:
            self.complain(tr("Not saved: {why}", why=brief(error)))
        except OSError as error:
            self.complain(tr("Not saved: {why}", why=error.strerror or tr("the disk refuses")))
        else:
            self.say(tr("Saved as {path}", path=safe_line(str(path), None)))
            return True
        return False
