"""The customers' screen and the terminal: one's own editor, and news for who looks elsewhere."""

import os

from textual import work

from deskterm.screens.alerts import Alerts
from deskterm.screens.chat.people import ChatPeople
from deskterm.screens.chat.writing import ChatWriting
from deskterm.terminal.app import TerminalApp
from deskterm.terminal.editor import edit
from deskterm.terminal.editor_choice import EditorFailed, editor_command


class ChatTerminal(ChatPeople):
    """What reaches beyond the screen."""

    writing: ChatWriting
    _alerts: Alerts | None = None

    def on_mount(self) -> None:
        """Begin to tell."""
        if isinstance(self.app, TerminalApp):
            self._alerts = Alerts(
                self.desk, self.app.voice, lambda: self.app.app_focus, lambda: self.shown.conversation_id
            )

    def on_unmount(self) -> None:
        """Tell no more."""
        if self._alerts is not None:
            self._alerts.stop()

    def action_editor(self) -> None:
        """Write in one's own editor."""
        self._edit()

    @work(exclusive=True, group="editor", exit_on_error=False)
    async def _edit(self) -> None:
        await self.writing.save()
        try:
            command = editor_command(self.settings.editor, os.environ)
            text = await edit(self.app, self.composer.text(), command)
        except EditorFailed as error:
            self.composer.show_trouble(str(error))
            return
        self.writing.write(text)
        await self.writing.save()
