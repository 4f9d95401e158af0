"""The open conversation alone on the screen, without frames, so that the terminal can select its text."""

from deskterm.screens.conversation.searching import Searching
from deskterm.text.words import tr

_FULL = "-full"


class FullScreen(Searching):
    """`f` gives all the room to the conversation, and takes it back; going back to the list does so, too."""

    def action_full(self) -> None:
        """Nothing but the conversation, or everything again."""
        self.toggle_class(_FULL)
        if self.has_class(_FULL):
            hint = self.keymap.hint("thread.full")
            back = tr("{key} brings the rest back", key=hint[0]) if hint else tr("Full screen")
            self.say(tr("{back} · select with the mouse, mostly with Shift", back=back))
        else:
            self.draw_row()

    def show_conversation(self, opened: bool) -> None:
        """Open the conversation pane, or give the room back to the list."""
        super().show_conversation(opened)
        if not opened:
            self.remove_class(_FULL)
