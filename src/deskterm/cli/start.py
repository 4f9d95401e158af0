"""Starting the console: what all verbs that open it share, from the first check to the last line."""

import contextlib
import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.cli import exits, terminal_check
from deskterm.cli.first_frame import FirstFrame
from deskterm.settings import Settings, from_environment

if TYPE_CHECKING:
    from deskterm.client.entrance import Wish

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
    refusal = terminal_check.here()
    if refusal:
        return exits.fail(exits.USAGE, refusal)
    from deskterm.client.paths import state_folder

    settings = from_environment(os.environ, home or state_folder())
    with FirstFrame(settings.theme, os.environ, words):
        code, kept = _run(wish, settings)
    _say_goodbye(code, 0 if passing else kept, settings)
    return code


def _run(wish: "Callable[[], Wish]", settings: Settings) -> tuple[int, int]:
    """The exit code, and how many unsent texts are kept."""
    from deskterm.cli.local_log import log_to  # logging, asyncio and Textual: not before the first frame
    from deskterm.cli.orderly import orderly_end

    if settings.log is not None:
        log_to(settings.log)
    gc.disable()  # what is imported stays: looking through it for garbage would be a tenth of the start
    from deskterm.app import DesktermApp
    from deskterm.client.entrance import Entrance
    from deskterm.terminal.colours import fitted

    gc.freeze()
    gc.set_threshold(_GARBAGE_AFTER, 20, 20)
    gc.enable()
    entrance = Entrance(wish())
    app = DesktermApp(
        None if entrance.wish.people else entrance.open,
        settings=fitted(settings, os.environ),
        forget=entrance.forget,
        entrance=entrance,
    )
    with orderly_end(app.action_quit) as asked:
        app.run(mouse=settings.mouse)
    if asked.code is not None:
        return asked.code, app.kept
    return (UNEXPECTED if app.return_code else exits.OK), app.kept


def _say_goodbye(code: int, kept: int, settings: Settings) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        if kept and settings.drafts is not None:
            drafts = "1 unsent text is" if kept == 1 else f"{kept} unsent texts are"
            print(f"{drafts} kept for the next time in {settings.drafts}")
        if code == UNEXPECTED:
            print(
                f"deskterm stopped because of something unexpected. Details are in {settings.log}",
                file=sys.stderr,
            )
