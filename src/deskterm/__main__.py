"""`python -m deskterm` and the `deskterm` command."""

import gc
import os
import sys


def main() -> int:
    """Run the command line; answers the exit code."""
    from deskterm.cli.first_frame import early_frame

    words = sys.argv[1:]
    frame = early_frame(words, os.environ)
    if frame is None:
        return _run(words)
    gc.disable()  # until the console has drawn: what is imported stays
    try:
        with frame:
            return _run(words) if words else _open()
    except KeyboardInterrupt:  # while it was imported; later ctrl+c is a key
        return 130


def _run(words: list[str]) -> int:
    from deskterm.cli.main import run  # after the first frame

    return run(words)


def _open() -> int:
    """The console as it is opened most often, without the time that a parser takes to import."""
    from deskterm.cli.start import open_console
    from deskterm.client.accounts.entrance import Wish

    return open_console(Wish)


if __name__ == "__main__":
    sys.exit(main())
