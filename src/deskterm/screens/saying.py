"""What is said in passing while one screen stands over another."""

from textual import events
from textual.dom import DOMNode
from textual.message_pump import MessagePump


class SaysOnce(MessagePump):
    """A screen that shows what is said only while it is the uppermost one: the one over it says it again."""

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Another screen is over this one."""
        _show_said(self, False)

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """This one is the uppermost."""
        _show_said(self, True)


def _show_said(screen: MessagePump, shown: bool) -> None:
    if isinstance(screen, DOMNode):
        for each in screen.query("Toast"):
            each.display = shown
