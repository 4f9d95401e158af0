"""Keys as other programs have them: plain tables, to be chosen by name and changed line by line.

Each table holds only what differs from the default; what it says replaces all keys of a command.
"""

from collections.abc import Mapping
from typing import Final

#: The keys that emacs has, beside the letters of the lists; `ctrl+x` and `ctrl+c` begin chords.
_EMACS: Final = {
    "list.down": "j down ctrl+n",
    "list.up": "k up ctrl+p",
    "list.page_down": "pagedown ctrl+v",
    "list.page_up": "pageup alt+v",
    "list.filter": "/ ctrl+s",
    "focus.next": "tab ctrl+x>o",
    "back": "escape q ctrl+g",
    "undo": "u ctrl+x>u",
    "compose.send": "ctrl+s ctrl+c>ctrl+c",
    "compose.editor": "ctrl+x>ctrl+e",
    "app.palette": ": alt+x",
    "app.quit": "ctrl+q ctrl+x>ctrl+c",
}

#: The keys that Visual Studio Code has, as far as a terminal can send them.
_VSCODE: Final = {
    "list.filter": "/ ctrl+f",
    "undo": "u ctrl+z",
    "view.sidebar": "i ctrl+b",
    "app.palette": ": ctrl+p f1",
    "app.help": "? ctrl+k>ctrl+s",
}

DEFAULT: Final = "default"

PRESETS: Final[Mapping[str, Mapping[str, str]]] = {DEFAULT: {}, "emacs": _EMACS, "vscode": _VSCODE}
