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


def interrupted() -> int:
    """Leave the line on which ctrl+c stands; answers the exit code that shells expect."""
    from deskterm.cli.say import complain

    complain()
    return INTERRUPTED
