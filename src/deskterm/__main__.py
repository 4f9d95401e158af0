"""`python -m deskterm` and the `deskterm` command."""

import os
import sys


def main() -> int:
    """Run the command line; answers the exit code."""
    from deskterm.cli.first_frame import early_frame

    words = sys.argv[1:]
    frame = early_frame(words, os.environ)
    if frame is None:
        return _run(words)
    with frame:
        return _run(words)


def _run(words: list[str]) -> int:
    from deskterm.cli.main import run  # after the first frame

    return run(words)


if __name__ == "__main__":
    sys.exit(main())
