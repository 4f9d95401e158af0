"""Settings while the console runs: taken up at its start, changed on their screen, at work at once."""

import os
from collections.abc import Sequence

from textual.notifications import SeverityLevel

from deskterm.screens.base import DeskScreen
from deskterm.screens.keys.keyboard import Keyboard
from deskterm.settings import Settings
from deskterm.settings.sources import Loaded, load
from deskterm.terminal.colours import fitted
from deskterm.terminal.notify import Ways
from deskterm.text import times, words
from deskterm.text.safe import safe
from deskterm.text.words import tr

#: How many seconds, and how many of them, problems of the settings are said at the start.
_SAID_SECONDS = 12
_SAID_MOST = 4


class Adjusting(Keyboard):
    """An app whose settings may change."""

    def begin_with(self, settings: Settings) -> None:
        """What holds before the first frame."""
        self.animation_level = "none" if settings.motion == "none" else "full"
        times.use(_style(settings))
        self._spoken = words.use(settings.language, os.environ, words.catalogues(settings.file))

    def adjust(self, settings: Settings) -> None:
        """Take other settings and show everything by them."""
        language, self.settings = self.settings.language, settings
        self.begin_with(settings)
        if settings.theme != self.theme and settings.theme in self.available_themes:
            self.theme = settings.theme
        self.voice.change(
            Ways(bell=settings.bell, desktop=settings.notifications, title=settings.window_title)
        )
        self.follow_preset(settings.keys)
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.adjust(settings)
            if language != settings.language:
                for widget in screen.walk_children():
                    widget.refresh()

    def reload_settings(self) -> Loaded:
        """Read the settings again and take them; answers where each comes from."""
        found = load(os.environ, self.settings.file, self.settings.home)
        self.adjust(fitted(found, os.environ))
        return found

    def tell_problems(self, problems: Sequence[str]) -> None:
        """Say calmly what in the settings does not count."""
        if not self._spoken:
            language = tr(
                "There are no words for the language ‘{language}’ here.", language=self.settings.language
            )
            problems = [*problems, language]
        if problems:
            more = len(problems) - _SAID_MOST
            said = [
                *problems[:_SAID_MOST],
                *([tr("and {more} more: deskterm doctor", more=more)] if more > 0 else []),
            ]
            self.notify(
                "\n".join(said), title=tr("Settings"), severity="warning", timeout=_SAID_SECONDS, markup=False
            )

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something in passing, in the reader's language; nothing is ever read as markup."""
        super().notify(
            safe(tr(message)), title=safe(tr(title)), severity=severity, timeout=timeout, markup=False
        )

    def action_help_quit(self) -> None:
        """Say how to leave to whoever presses ctrl+c, which copies."""
        self.notify("{@app.quit:^Q} leaves; what you wrote is kept.", markup=False)

    def action_settings(self) -> None:
        """Look at the settings and change them."""
        from deskterm.screens.settings.screen import SettingsScreen  # not before the first frame

        screen = self.screen
        offered = screen.offered() if isinstance(screen, DeskScreen) else []
        customer = any(each.id == "chat.settings" for each in offered)
        self.push_screen(SettingsScreen(self, customer=customer))


def _style(settings: Settings) -> times.Style:
    zone = None
    if settings.time_zone:
        from zoneinfo import ZoneInfo

        zone = ZoneInfo(settings.time_zone)
    return times.Style(
        ages=settings.list_times == "relative",
        hours=int(settings.hours),
        order=settings.date_order,
        zone=zone,
    )
