"""Messages as they were written, without styles, and back."""

from deskterm.screens.writing.send_checks import SendChecks
from deskterm.widgets.thread.message import AS_WRITTEN, MessageView


class Sources(SendChecks):
    """`V` for the whole thread; it stays so until it is pressed again."""

    def action_source(self) -> None:
        """Show the signs of Markdown, or what they stand for."""
        self.thread.toggle_class(AS_WRITTEN)
        source = self.thread.has_class(AS_WRITTEN)
        for each in self.thread.query(MessageView):
            each.show_source(source)
        self.say("Messages are shown as they were written." if source else "Messages are shown with styles.")
