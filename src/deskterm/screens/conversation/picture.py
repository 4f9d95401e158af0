"""A picture of a conversation over the screen, as large as the terminal allows."""

import asyncio
import tempfile
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.commands.model import Context
from deskterm.protocol.records import Attachment
from deskterm.screens.over import Over
from deskterm.terminal.picture import Picture
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.thread.picture import PictureView

if TYPE_CHECKING:
    from deskterm.client.http.file_calls import FileCalls


async def fetched(api: "FileCalls", attachment: Attachment) -> Picture:
    """The picture, without a file that stays on this machine. ClientError; OSError if it cannot be shown."""
    with tempfile.TemporaryFile() as file:
        await api.download(attachment.id, file.fileno())
        file.seek(0)
        return await asyncio.to_thread(Picture, file)


class PicturePanel(Framed, Vertical, can_focus=True):
    """The frame around it."""


class PictureScreen(Over[None]):
    """One picture. Escape, q and Enter leave it."""

    panel = Context.PAGE

    def __init__(self, attachment: Attachment, picture: Picture) -> None:
        super().__init__()
        self._filename = safe_line(attachment.filename)
        self._picture = picture
        self._view = PictureView()
        self._panel = PicturePanel(self._view, classes="pane")

    def compose(self) -> ComposeResult:
        """The panel alone."""
        yield self._panel

    def on_mount(self) -> None:
        """Name it."""
        width, height = self._picture.size
        facts = tr("{width} × {height} pixels", width=width, height=height)
        self._panel.set_frame(
            left=[(self._filename, "bold"), (f" · {facts}", "$muted")], foot=[(tr("Esc back"), "$muted")]
        )
        self.set_focus(self._panel)

    def on_resize(self) -> None:
        """Use the room that there is now."""
        self._fit()

    @work(exclusive=True, exit_on_error=False)
    async def _fit(self) -> None:
        room = self.app.size
        pixels = await asyncio.to_thread(self._picture.fitted, room.width - 4, room.height - 2)
        self._view.show(pixels.width, pixels.rgb)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
