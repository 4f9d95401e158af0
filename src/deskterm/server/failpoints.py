"""Ends the process at a named point, so that tests see what a crash right there leaves behind.

`DESKTERM_FAILPOINT=name:n` ends it at the n-th pass, without any clean-up, as `kill -9` does; but only where
`DESKTERM_TEST=1` is set as well. Callers write `if HIT is not None`, so that nobody else pays for it.
"""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Final

KILLED: Final = 137

#: Every point there is. The writer's, then those of checkpoints, backups, migrations, `restore`, `db copy`.
POINTS: Final = (
    "after-insert",
    "after-commit",
    "before-wake",
    "before-checkpoint",
    "after-checkpoint",
    "backup-vacuum",
    "backup-written",
    "backup-renamed",
    "migrated",
    "restore-copied",
    "restore-new-epoch",
    "restore-folded",
    "restore-linked",
    "restore-set-aside",
    "restore-replaced",
    "table-moved",
)


def armed(environ: Mapping[str, str]) -> Callable[[str], None] | None:
    """What to call at each point; None unless both variables are set.

    Raises ValueError for a point that does not exist: a test of it would prove nothing.
    """
    wanted = environ.get("DESKTERM_FAILPOINT")
    if not wanted or environ.get("DESKTERM_TEST") != "1":
        return None
    name, _, passes = wanted.partition(":")
    if name not in POINTS:
        raise ValueError(f"no failpoint is called {name}; there are {', '.join(POINTS)}")
    return _Countdown(name, int(passes or 1)).passing


class _Countdown:
    def __init__(self, name: str, passes: int) -> None:
        self._name = name
        self._left = passes
        self._lock = threading.Lock()

    def passing(self, name: str) -> None:
        """End the process if this is the pass."""
        if name != self._name:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os._exit(KILLED)


HIT: Final = armed(os.environ)
