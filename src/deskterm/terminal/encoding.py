"""What the terminal is sent is UTF-8, whatever the locale says."""

import io
import sys


def speak_utf8() -> None:
    """Write UTF-8 to standard output and error, and `?` for what cannot be written at all.

    A locale is more often forgotten (over ssh, in a container) than a terminal is without UTF-8, and in any
    other encoding Python would write six characters for one that it cannot write, and shift every column.
    """
    for stream in (sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
