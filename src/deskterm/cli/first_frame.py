"""The first frame, painted with bare escape sequences before Textual is imported: 8 ms instead of 150.

What is typed meanwhile is neither echoed nor lost: the terminal keeps it until the console reads it.
"""

import os
import sys

TYPE_CHECKING = False  # importing `typing` takes longer than painting
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

#: Ground, bar and heading of each theme that can be chosen (a test compares).
COLOURS = {
    "deskterm-dark": ("#11141b", "#1a1f2a", "#86b0ff"),
    "deskterm-light": ("#fcfbf8", "#f0ede6", "#2456c4"),
    "atom-one-dark": ("#282c34", "#4f5666", "#a4d1f5"),
    "atom-one-light": ("#fafafa", "#cccccc", "#2b51a3"),
    "catppuccin-frappe": ("#303446", "#51576d", "#dfc4f0"),
    "catppuccin-latte": ("#eff1f5", "#ccd0da", "#702fc5"),
    "catppuccin-macchiato": ("#24273a", "#494d64", "#d1b3f7"),
    "catppuccin-mocha": ("#181825", "#45475a", "#f5c2e7"),
    "dracula": ("#282a36", "#313442", "#c6a3f9"),
    "flexoki": ("#100f0f", "#282726", "#6892c2"),
    "gruvbox": ("#282828", "#504945", "#a9c0b6"),
    "monokai": ("#272822", "#3e3d32", "#bc97ff"),
    "nord": ("#2e3440", "#434c5e", "#99c9d7"),
    "rose-pine": ("#191724", "#26233a", "#c4a7e7"),
    "rose-pine-dawn": ("#faf4ed", "#f2e9e1", "#615272"),
    "rose-pine-moon": ("#232136", "#393552", "#c4a7e7"),
    "solarized-dark": ("#002b36", "#073642", "#67addf"),
    "solarized-light": ("#fdf6e3", "#eee8d5", "#1b6498"),
    "textual-dark": ("#121212", "#242f38", "#469ddf"),
    "textual-light": ("#e0e0e0", "#d0d0d0", "#004578"),
    "tokyo-night": ("#1a1b26", "#414868", "#c8aef8"),
}

#: Verbs that open the console and nothing else, and the options that may stand with them, each with a value.
_VERBS = ("console", "chat")
_OPTIONS = ("--server", "--organization", "--as")


class FirstFrame:
    """Paints the frame and keeps the terminal as it was: its modes come back at the end, whatever happens.

    Within, the console runs. `words` stand in the middle, such as what takes a while. Inside another one this
    does nothing: the outer one has painted.
    """

    _painted = False
    #: The modes of the terminal before; None outside.
    before: "list[Any] | None" = None

    def __init__(self, theme: str, environ: "Mapping[str, str]", words: str = "") -> None:
        self._painting = theme, environ, words
        self._modes: Any = None

    def __enter__(self) -> None:
        if FirstFrame._painted:
            return
        try:
            import termios
        except ImportError:  # Windows: the console paints its own first frame
            return
        self._modes = termios.tcgetattr(0)
        FirstFrame._painted, FirstFrame.before = True, self._modes
        quiet = [*self._modes[:6], list(self._modes[6])]
        # Ctrl+s and ctrl+q are keys here, and Enter is not ctrl+j.
        quiet[0] &= ~(termios.IXON | termios.ICRNL | termios.INLCR | termios.IGNCR)
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        for key in (termios.VSUSP, termios.VQUIT):  # until there is somebody to give the terminal back
            quiet[6][key] = os.fpathconf(0, "PC_VDISABLE").to_bytes()
        try:
            termios.tcsetattr(0, termios.TCSANOW, quiet)
            _write(_frame(*self._painting))
        except BaseException as interrupted:  # ctrl+c, before `with` knows that there is something to end
            self.__exit__(interrupted)
            raise

    def __exit__(self, failed: object, *_: object) -> None:
        if failed is not None and FirstFrame._painted:
            from deskterm.terminal.restore import RESTORE

            _write(RESTORE)
        if self._modes is None:
            return
        import termios

        FirstFrame._painted, FirstFrame.before = False, None
        try:
            termios.tcsetattr(0, termios.TCSADRAIN, self._modes)
        except termios.error:  # the terminal may be gone
            return


def early_frame(words: "Sequence[str]", environ: "Mapping[str, str]") -> FirstFrame | None:
    """The frame for a command line that surely opens the console; None if it may do anything else.

    It is asked before the command line is parsed, as importing the parser takes longer than to paint.
    """
    rest = list(words)
    if rest and rest[0] in _VERBS:
        del rest[0]
    plain = len(rest) % 2 == 0 and all(
        each in _OPTIONS if place % 2 == 0 else each[:1] not in ("-", "") for place, each in enumerate(rest)
    )
    dumb = environ.get("TERM", "") in ("dumb", "unknown", "")
    if not plain or dumb or not all(map(os.isatty, (0, 1, 2))):
        return None
    return FirstFrame(theme_of(environ), environ)


def theme_of(environ: "Mapping[str, str]") -> str:
    """The theme that `deskterm.settings` will find, as far as it has colours of its own (a test compares)."""
    if "NO_COLOR" in environ:
        return ""
    for theme in (environ.get("DESKTERM_THEME", ""), _theme_in(_settings_file(environ))):
        if theme in COLOURS or theme == "terminal":
            return theme
    return "deskterm-dark"


def _settings_file(environ: "Mapping[str, str]") -> str:
    """Where settings.toml is, as far as that can be told without any import; empty if it cannot."""
    if environ.get("DESKTERM_HOME"):
        return os.path.join(os.path.expanduser(environ["DESKTERM_HOME"]), "settings.toml")
    if sys.platform in ("darwin", "win32"):
        return ""
    folder = environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(folder, "deskterm", "settings.toml")


def _theme_in(path: str) -> str:
    """The theme that a file of settings names on a line of its own; empty if it does not."""
    if not path:
        return ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                name, _, value = line.partition("=")
                if name.strip() == "theme":
                    return value.partition("#")[0].strip().strip("\"'")
    except OSError:  # no file, or none of ours
        return ""
    return ""


def _frame(theme: str, environ: "Mapping[str, str]", words: str) -> str:
    size = os.get_terminal_size(2)
    width, height = size.columns, size.lines
    colours = COLOURS.get(theme) if environ.get("COLORTERM") in ("truecolor", "24bit") else None
    ground = _ground(colours[0]) if colours else ""
    bar = _ground(colours[1]) if colours else ""
    heading = f"\x1b[1m{_ink(colours[2])}" if colours else "\x1b[1m"
    title = " deskterm"[:width]
    middle = words[: max(width - 2, 0)]
    return (
        f"\x1b[?1049h\x1b[?25l\x1b[0m{ground}\x1b[2J\x1b[H"
        f"{bar}{heading}{title}\x1b[22m{' ' * (width - len(title))}"
        f"\x1b[{max(height // 2, 1)};{max((width - len(middle)) // 2, 1)}H\x1b[0m{ground}{middle}"
        f"\x1b[{height};1H{bar}{' ' * (width - 1)}\x1b[0m"
    )


def _ground(colour: str) -> str:
    return f"\x1b[48;2;{_numbers(colour)}m"


def _ink(colour: str) -> str:
    return f"\x1b[38;2;{_numbers(colour)}m"


def _numbers(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))


def _write(text: str) -> None:
    try:
        os.write(2, text.encode())
    except OSError:  # the terminal may be gone
        return
