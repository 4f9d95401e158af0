"""Exit codes: fixed, so that scripts can rely on them."""

OK = 0
USAGE = 2
NOT_FOUND = 3
DENIED = 4
INVALID = 5
RATE_LIMITED = 6
CONFLICT = 9
TRY_AGAIN = 75
INTERRUPTED = 130


def fail(code: int, sentence: str) -> int:
    """Say on stderr what is wrong and answer the exit code."""
    from deskterm.cli.say import complain  # only where there is something to say

    complain(sentence)
    return code


def refused(error: OSError, verb: str) -> int:
    """Say what the system refuses, and of which file; where that is another user's, whose."""
    said = f"{verb}: {error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    if not isinstance(error, PermissionError) or not error.filename:
        return fail(TRY_AGAIN, said)
    from deskterm.cli.owner import whose

    return fail(DENIED, f"{said}. {whose(error.filename)}".rstrip())


def interrupted() -> int:
    """Leave the line on which ctrl+c stands; answers the exit code that shells expect."""
    from deskterm.cli.say import complain

    complain()
    return INTERRUPTED
