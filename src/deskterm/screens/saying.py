"""What is said in passing while one screen stands over another."""

from textual import events
from textual.dom import DOMNode


class SaysOnce(DOMNode):
    """A screen that shows what is said only while it is the uppermost one: the one over it says it again."""

    def on_screen_suspend(self, _: events.ScreenSuspend) -> None:
        """Another screen is over this one."""
        self._show_said(False)

    def on_screen_resume(self, _: events.ScreenResume) -> None:
        """This one is the uppermost."""
        self._show_said(True)

    def _show_said(self, shown: bool) -> None:
        for each in self.query("Toast"):
            each.display = shown
