"""`python -m deskterm` and the `deskterm` command."""

import sys


def main() -> int:
    """Run the command line; answers the exit code."""
    from deskterm.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
