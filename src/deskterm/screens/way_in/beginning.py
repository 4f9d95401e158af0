"""What makes the first frame cheap: theme, styles and size are known before anything is drawn, once."""

import gc
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen

from deskterm import styles
from deskterm.screens.keys.keyboard import Keyboard
from deskterm.themes import DESKTERM_DARK, DESKTERM_LIGHT, roles

#: The sheets of the screens that wait for the desk; reading the others takes as long as drawing.
_FIRST_SHEETS = ("base.tcss", "chrome.tcss", "list.tcss", "panes.tcss")


def first_style_files() -> list[str | PurePath]:
    """The style sheets of the first frame, the shared ground first."""
    return [styles.path(name) for name in _FIRST_SHEETS]


def style_files() -> list[str | PurePath]:
    """Every style sheet, those of the first frame first."""
    first = first_style_files()
    return [*first, *sorted(set(styles.path("base.tcss").parent.glob("*.tcss")) - set(map(PurePath, first)))]


class Beginning(Keyboard):
    """An app that draws its first screen once, from as few styles as that needs."""

    _themed = False
    _has_all_styles = False

    def begin_in(self, theme: str) -> None:
        """Set the first theme, before any style is read: set later, all would be read again."""
        self.register_theme(DESKTERM_DARK)
        self.register_theme(DESKTERM_LIGHT)
        found = self.available_themes.get(theme, DESKTERM_DARK)
        self._themed = True
        if found.ansi:
            self.theme = found.name  # Textual has more to do for the terminal's own colours
            return
        self.set_reactive(App.theme, found.name)
        self.set_class(found.dark, "-dark-mode", update=False)
        self.set_class(not found.dark, "-light-mode", update=False)
        self.add_class(f"-theme-{found.name}", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_css_variables(self) -> dict[str, str]:
        """The theme's variables and the roles that styles name."""
        if not self._themed:  # asked by Textual for a theme that is never shown
            return {}
        return super().get_css_variables() | roles(self.current_theme)

    def begin_with_screen(self, first: Screen[None]) -> Screen[None]:
        """The first screen, as it is called at the window's size: said now, it is laid out once."""
        return first.add_class(*self._size_classes(), update=False)

    def push_screen(self, *args: Any, **more: Any) -> Any:
        """Push a screen, with all styles there are."""
        self._read_styles()
        return super().push_screen(*args, **more)

    def show_instead(self, screen: Screen[None]) -> None:
        """Put a screen in the place of the present one; Textual keeps the first one below, here empty."""
        first, *others = self.screen_stack
        if others:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)
        first.remove_children()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Say something in a corner, with all styles there are, and never as markup."""
        if not self._has_all_styles:
            self._read_styles()
            self.update_styles(self.screen)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=False)

    def on_ready(self) -> None:
        """What the start made stays: from now on only what comes later is looked through for garbage."""
        self.call_after_refresh(_collect_again)

    def _size_classes(self) -> Iterator[str]:
        for breakpoints, cells in zip(
            (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), self.size, strict=True
        ):
            fitting = [each for each in breakpoints or () if each[0] <= cells]
            if fitting:
                yield max(fitting)[1]

    def _read_styles(self) -> None:
        if not self._has_all_styles:
            self._has_all_styles = True
            self.stylesheet.read_all([PurePath(each) for each in style_files()[len(_FIRST_SHEETS) :]])
            self.stylesheet.parse()


def _collect_again() -> None:
    gc.freeze()
    gc.enable()
