"""What agents and customers alike do with a file that came: save it, open it, look at it."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deskterm.client.errors import ClientError
from deskterm.client.saving import save
from deskterm.protocol.records import Attachment
from deskterm.screens.base import DeskScreen
from deskterm.screens.conversation.own_files import PLACE, place_field, usual_place, wrong_target
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.sentences import brief
from deskterm.terminal.capabilities import Depth, here
from deskterm.terminal.opening import hand_over, is_harmless, is_picture, opener
from deskterm.text.paths import typed_path
from deskterm.text.safe import safe_line
from deskterm.text.sizes import size
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

Then = Callable[[Attachment], object]


class ReceivedFiles(DeskScreen):
    """The verbs; which files are meant, and how results are told, is the screen's."""

    desk: "Desk"

    def files_in_sight(self) -> list[Attachment]:
        """The files that are meant, the newest first."""
        raise NotImplementedError

    def tell(self, words: str) -> None:
        """Say what was done."""
        raise NotImplementedError

    def warn(self, words: str) -> None:
        """Say what did not work."""
        raise NotImplementedError

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start what takes time."""
        raise NotImplementedError

    def choose_file(self, title: str, found: list[Attachment], then: Then) -> None:
        """Go on with the only one, or ask which."""
        known = {each.id: each for each in found}

        def chosen(attachment_id: str | None) -> None:
            if attachment_id is not None:
                then(known[attachment_id])

        if not found:
            self.tell(tr("There is no file here."))
        elif len(found) == 1:
            then(found[0])
        else:
            choices = [Choice(each.id, safe_line(each.filename), size(each.size)) for each in found]
            self.app.push_screen(Choose(title, choices), chosen)

    # --- saving and opening ------------------------------------------------------------------------------

    def ask_where(self, attachment: Attachment) -> None:
        """Save it where the reader says."""

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.begin(self._save(attachment, typed_path(values[PLACE])))

        title = tr("Save {name}", name=safe_line(attachment.filename))
        self.app.push_screen(Ask(title, [place_field(attachment)], wrong_target), answered)

    def open_file(self, attachment: Attachment) -> None:
        """Let the desktop's program show it; over ssh it is saved and said where."""
        self.begin(self._open_file(attachment))

    async def _open_file(self, attachment: Attachment) -> None:
        path, command = await asyncio.to_thread(usual_place, attachment), opener()
        if not await self._is_saved(attachment, path):
            return
        if not is_harmless(attachment.filename, attachment.media_type):
            self.warn(
                tr("Saved, not opened, for it may run something: {path}", path=safe_line(str(path), None))
            )
        elif command is not None and not await hand_over(command, path):
            self.warn(tr("No program took it. It is there: {path}", path=safe_line(str(path), None)))

    async def _save(self, attachment: Attachment, path: Path) -> None:
        await self._is_saved(attachment, path)

    async def _is_saved(self, attachment: Attachment, path: Path) -> bool:
        try:
            await save(self.desk.api, attachment, path)
        except ClientError as error:
            self.warn(tr("Not saved: {why}", why=brief(error)))
        except OSError as error:
            self.warn(tr("Not saved: {why}", why=error.strerror or tr("the disk refuses")))
        else:
            self.tell(tr("Saved as {path}", path=safe_line(str(path), None)))
            return True
        return False

    # --- looking -----------------------------------------------------------------------------------------

    def action_show_picture(self) -> None:
        """Show a picture in this terminal."""
        pictures = [each for each in self.files_in_sight() if is_picture(each.media_type)]
        if pictures:
            self.choose_file(tr("Look at a picture"), pictures, self.show_picture)
        else:
            self.tell(tr("There is no picture here."))

    def show_picture(self, attachment: Attachment) -> None:
        """Show it over the screen, where there are colours enough."""
        if here().depth < Depth.INDEXED:
            self.tell(tr("This terminal has too few colours to show a picture."))
        else:
            self.begin(self._show_picture(attachment))

    async def _show_picture(self, attachment: Attachment) -> None:
        from deskterm.screens.conversation.picture import (
            PictureScreen,
            fetched,
        )  # Pillow is for those who look

        try:
            picture = await fetched(self.desk.api, attachment)
        except ClientError as error:
            self.warn(tr("Not shown: {why}", why=brief(error)))
        except OSError as error:
            self.warn(tr("Not shown: {why}", why=error.strerror or tr("it is no picture, or too large")))
        else:
            self.app.push_screen(PictureScreen(attachment, picture))
