"""A program on a pseudo-terminal, its output timed and counted as it comes."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

COLUMNS, ROWS = 120, 36
#: Seconds after which what is waited for is taken never to come.
PATIENCE = 60.0
#: Seconds without output after which a program is taken to have drawn.
QUIET = 0.4

#: Variables of the machine that would change what is measured.
_FOREIGN = (
    "TEXTUAL",
    "DESKTERM",
    "SSH_",
    "MOSH_",
    "TMUX",
    "PYTHONDONTWRITEBYTECODE",
    "NO_COLOR",
    "COLORTERM",
)


class Chunk(NamedTuple):
    """Bytes that came in one piece, and when: seconds of `time.perf_counter`."""

    at: float
    data: bytes


class Terminal:
    """One running program. What it writes is kept in `chunks`."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]", started: float) -> None:
        self._master = master
        self._process = process
        self.started = started
        self.chunks: list[Chunk] = []

    def type(self, keys: str) -> float:
        """Press keys; answers when."""
        at = time.perf_counter()
        os.write(self._master, keys.encode())
        return at

    def take(self, seconds: float) -> Chunk | None:
        """The next piece of output, or None if there is none for so long."""
        if not select.select([self._master], [], [], max(seconds, 0))[0]:
            return None
        data = os.read(self._master, 65536)
        self.chunks.append(Chunk(time.perf_counter(), data))
        return self.chunks[-1]

    def settle(self, quiet: float = QUIET) -> None:
        """Read until nothing comes for `quiet` seconds."""
        while self.take(quiet) is not None:
            pass

    def until(self, words: str, since: int = 0) -> float:
        """Read until `words` were written after the chunk `since`; answers when."""
        wanted = words.encode()
        text = b"".join(each.data for each in self.chunks[since:])
        limit = time.perf_counter() + PATIENCE
        while wanted not in text:
            chunk = self.take(limit - time.perf_counter())
            if chunk is None:
                raise RuntimeError(f"{words!r} never came; at last: {text[-2000:]!r}")
            text += chunk.data
        return self.chunks[-1].at if self.chunks else time.perf_counter()

    def cost(self, keys: str, quiet: float = QUIET) -> int:
        """How many bytes the answer to `keys` takes, until all is drawn."""
        before = len(self.chunks)
        self.type(keys)
        self.settle(quiet)
        return sum(len(each.data) for each in self.chunks[before:])

    def resident_kib(self) -> int:
        """Resident memory now."""
        text = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:"))

    def processor_seconds(self) -> float:
        """Processor time used so far, of all threads."""
        text = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(module: str, *words: str, environ: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """`python -m module words …` on a terminal of its own; killed at the end, as nothing of it is kept."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    variables = {**kept, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environ or {})}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=variables,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(master, process, started)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(master)
