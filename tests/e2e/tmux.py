"""A tmux of its own, with the configuration that Debian ships: none."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.e2e.terminal import COMMAND, PATIENCE


class Tmux:
    """A tmux server. Consoles run in its panes, which tmux numbers `%0`, `%1` …"""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "tmux"

    def __call__(self, *words: str, environ: Mapping[str, str] | None = None) -> str:
        """Run one of tmux's commands; answers what it prints."""
        done = subprocess.run(
            [*self.words, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
            env=None if environ is None else {**os.environ, **environ},
        )
        return done.stdout

    @property
    def words(self) -> list[str]:
        """The command line of this tmux, without a command."""
        return ["tmux", "-S", str(self.socket), "-f", os.devnull]

    def open(
        self,
        variables: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 36,
        program: str = " ".join(COMMAND),
        around: Mapping[str, str] | None = None,
    ) -> str:
        """Start a session with a program in it; `around` is what tmux itself is started with."""
        size = ("-x", str(columns), "-y", str(rows))
        return self(
            "new-session", "-d", "-P", "-F#{pane_id}", *size, *_named(variables), program, environ=around
        )

    def split(self, variables: Mapping[str, str]) -> str:
        """Start a console beside the one that is there."""
        return self("split-window", "-h", "-P", "-F#{pane_id}", *_named(variables), " ".join(COMMAND)).strip()

    def type(self, text: str, pane: str = "%0") -> None:
        """Type text."""
        self("send-keys", "-t", pane, "-l", text)

    def press(self, *keys: str, pane: str = "%0") -> None:
        """Press keys by tmux's names for them."""
        self("send-keys", "-t", pane, *keys)

    def text(self, pane: str = "%0") -> str:
        """What stands in a pane."""
        return self("capture-pane", "-p", "-t", pane)

    def sees(self, *words: str, pane: str = "%0") -> str:
        """Wait until all `words` stand in a pane; answers all that stands there."""
        self.until(lambda: all(each in self.text(pane) for each in words), f"{words}", pane)
        return self.text(pane)

    def until(self, true: Callable[[], bool], what: str, pane: str = "%0") -> None:
        """Wait until something is true."""
        limit = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < limit, f"waited {PATIENCE:g} s for {what}; the pane:\n{self.text(pane)}"
            self("run-shell", "sleep 0.05")

    def end(self) -> None:
        """End it with all that runs in it."""
        self("kill-server")


def _named(variables: Mapping[str, str]) -> list[str]:
    return [f"-e{name}={value}" for name, value in variables.items()]
