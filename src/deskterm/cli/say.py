"""The one way from a verb to the terminal: each text is made safe, for what stands in it may be anybody's.

A text of ours alone is said in the reader's language.
"""

import sys
from typing import TextIO


def say(words: str = "", *, stream: TextIO | None = None, end: str = "\n") -> None:
    """Print `words`, on several lines where they have several; to standard output if no `stream` is given."""
    print(safe(_translated(words)), file=stream, end=end, flush=True)


def emit(line: str, *, end: str = "\n") -> None:
    """Print what is for programs, or was made safe field by field: no word of it is looked up or changed."""
    print(line, end=end, flush=True)


def complain(words: str = "") -> None:
    """Print `words` where programs that read the output do not see them."""
    say(words, stream=sys.stderr)


def answer_to(question: str) -> str:
    """What is typed after `question`. EOFError without anybody there to type."""
    return input(safe(_translated(question)))


def secret_answer_to(question: str) -> str:
    """The same, typed without being seen."""
    import getpass  # few verbs ask for a password

    return getpass.getpass(safe(_translated(question)))


def safe(words: str) -> str:
    """`words` as a terminal may be sent them."""
    from deskterm.text.safe import safe as made_safe  # its patterns: not before something is said

    return made_safe(words)


def _translated(words: str) -> str:
    from deskterm.text.words import tr  # nor what may not be needed at all

    return tr(words)
