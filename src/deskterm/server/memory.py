"""Whether there is memory for more: some is kept for what goes on already, and for refusing."""

import mmap
from typing import Final

#: What the largest answer takes while it is made, with room for commands and live frames beside it.
RESERVE: Final = 16 * 1024 * 1024


def is_left() -> bool:
    """Whether the system would give that much now; it is only asked, which takes some microseconds."""
    try:
        mmap.mmap(-1, RESERVE).close()
    except (OSError, MemoryError):
        return False
    return True
