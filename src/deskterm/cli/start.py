"""Starting the console: what all verbs that open it share, from the first check to the last line."""

import contextlib
import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.cli import exits, terminal_check
from deskterm.cli.first_frame import FirstFrame
from deskterm.settings import Settings
from deskterm.settings.sources import Loaded, load

if TYPE_CHECKING:
    from deskterm.client.accounts.entrance import Wish

#: The exit code after a mistake of ours.
UNEXPECTED = 1
#: How many new objects call for a look at what may be garbage; fewer looks, fewer pauses between keys.
_GARBAGE_AFTER = 20_000


def open_console(
    wish: "Callable[[], Wish]", *, home: Path | None = None, words: str = "", passing: bool = False
) -> int:
    """Run the console until its user leaves; answers the exit code.

    `wish` is asked for after the first frame, so it may take its time; `words` say meanwhile what takes it.
    `home` is where drafts and log live, instead of the usual place; `passing` tells that it will be removed.
    """
    if terminal_check.here():
        from deskterm.cli.main import speak

        speak()
        return exits.fail(exits.USAGE, terminal_check.here() or "")
    from deskterm.client.local.paths import settings_file, state_folder

    for name in (
        "COLUMNS",
        "LINES",
    ):  # of the shell that started this: the terminal knows better
        os.environ.pop(name, None)
    found = load(os.environ, settings_file(), home or state_folder())
    settings = found.settings
    with FirstFrame(settings.theme, os.environ, words):
        code, kept, left = _run(wish, found)
    _say_goodbye(code, *((0, 0) if passing else (kept, left)), settings)
    return code


def _run(wish: "Callable[[], Wish]", found: Loaded) -> tuple[int, int, int]:
    """The exit code, how many unsent texts are kept, and how much waits in the outbox."""
    settings = found.settings
    from deskterm.cli.local_log import log_to  # logging, asyncio and Textual: not before the first frame
    from deskterm.cli.orderly import orderly_end

    if settings.log is not None:
        log_to(settings.log)
    gc.disable()  # what is imported stays: looking through it for garbage would be a tenth of the start
    try:
        from deskterm.app import DesktermApp
        from deskterm.client.accounts.entrance import Entrance
        from deskterm.terminal.colours import fitted
        from deskterm.terminal.encoding import speak_utf8
    except Exception:  # noqa: BLE001  # an installation in pieces can fail in any way; it is logged
        return _not_loaded(), 0, 0

    speak_utf8()
    gc.set_threshold(_GARBAGE_AFTER, 20, 20)  # the app looks again once it has drawn
    entrance = Entrance(wish())
    app = DesktermApp(
        None if entrance.wish.people else entrance.open,
        settings=fitted(found, os.environ),
        problems=found.problems,
        forget=entrance.forget,
        entrance=entrance,
    )
    app.modes.before = FirstFrame.before
    with orderly_end(app.action_quit) as asked:
        app.run(mouse=settings.mouse)
    if asked.code is not None:
        return asked.code, app.kept, app.left
    return (UNEXPECTED if app.return_code else exits.OK), app.kept, app.left


def _not_loaded() -> int:
    """Log why the console could not be imported and give the terminal back; answers the exit code."""
    import logging

    from deskterm.terminal.restore import RESTORE

    logging.getLogger("deskterm").exception("the console could not be loaded")
    with contextlib.suppress(OSError):
        os.write(2, RESTORE.encode())
    return UNEXPECTED


def _say_goodbye(code: int, kept: int, left: int, settings: Settings) -> None:
    from deskterm.cli.say import complain, say
    from deskterm.text.words import tr, trn

    with contextlib.suppress(OSError):  # the terminal may be gone
        if kept and settings.drafts is not None:
            said = trn(
                "{count} unsent text is kept for the next time in {file}",
                "{count} unsent texts are kept for the next time in {file}",
                kept,
                file=settings.drafts,
            )
            say(said)
        if left:
            say(
                tr(
                    "{count} not sent yet: in the outbox, and goes out by itself at the next start.",
                    count=left,
                )
            )
        if code == UNEXPECTED:
            complain(
                tr(
                    "deskterm stopped because of something unexpected. Details are in {file}",
                    file=settings.log,
                )
            )
