"""The open conversation alone on the screen, without frames, so that the terminal can select its text."""

from deskterm.screens.conversation.searching import Searching

_FULL = "-full"


class FullScreen(Searching):
    """`f` gives all the room to the conversation, and takes it back; going back to the list does so, too."""

    def action_full(self) -> None:
        """Nothing but the conversation, or everything again."""
        self.toggle_class(_FULL)
        if self.has_class(_FULL):
            hint = self.keymap.hint("thread.full")
            back = f"{hint[0]} brings the rest back" if hint else "Full screen"
            self.say(f"{back} · select with the mouse, mostly with Shift")
        else:
            self.draw_row()

    def show_conversation(self, opened: bool) -> None:
        """Open the conversation pane, or give the room back to the list."""
        super().show_conversation(opened)
        if not opened:
            self.remove_class(_FULL)
