"""The colours that a terminal can tell apart."""

from collections.abc import Mapping
from dataclasses import replace

from deskterm.settings import Settings
from deskterm.settings.sources import Loaded
from deskterm.terminal.capabilities import Depth, capabilities


def fitted(found: Loaded, environ: Mapping[str, str]) -> Settings:
    """The settings for this terminal: with 16 colours its own ones, unless somebody chose a theme.

    Brought down to 16, our themes lose what tells their texts from the row under the cursor.
    """
    if found.decided("theme") or capabilities(environ).depth is not Depth.SIXTEEN:
        return found.settings
    return replace(found.settings, theme="ansi-dark")
