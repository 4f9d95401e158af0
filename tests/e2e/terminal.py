"""A console on a pseudo-terminal: keys go in, the screen is read back as a person would see it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyte

from tests.forking import start
from tests.zygote import take_terminal

COMMAND = (sys.executable, "-m", "deskterm")
#: Seconds after which what is waited for is taken never to come.
PATIENCE = 30.0
#: Seconds without output after which a screen is taken to be drawn.
PAUSE = 0.05
#: The same, where what comes later would be counted as something else's.
STILL = 0.4

ENTER, ESCAPE, TAB = "\r", "\x1b", "\t"


def ctrl(letter: str) -> str:
    """The key that is typed with control."""
    return chr(ord(letter) & 0x1F)


#: What Textual sends and pyte does not know: the keyboard protocol, and questions to the terminal.
_UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*(?:u|\$p)|\x1b\[[0-9;]*t")


class Console:
    """One process of deskterm with a terminal of its own."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 36,
        environ: dict[str, str] | None = None,
        controlling: bool = True,
        program: Sequence[str] = COMMAND,
        forked: bool = False,
    ) -> None:
        """`controlling` = the terminal is the program's own, so that its end comes with a signal.

        `forked` = how it starts does not matter: it comes from a process that has imported everything.
        Another `program` may stand between this terminal and deskterm's, as ssh does.
        """
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes_before = termios.tcgetattr(slave)
        variables = {**os.environ, "TERM": "xterm-256color", **(environ or {})}
        options: dict[str, Any] = {
            **dict.fromkeys(("stdin", "stdout", "stderr"), slave),
            "env": variables,
            "preexec_fn": take_terminal if controlling else os.setsid,
        }
        self.process: subprocess.Popen[Any] = (
            start(*words, command=program, **options)
            if forked
            else subprocess.Popen([*program, *words], **options)
        )
        self._slave = slave
        self._screen: Any = pyte.Screen(columns, rows)
        self._stream: Any = pyte.ByteStream(self._screen)
        self.raw = b""
        self._plugged = True

    def __enter__(self) -> "Console":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.until(lambda: self.process.poll() is not None, "the end of the console")
        self.unplug()

    def unplug(self) -> None:
        """Take the terminal away."""
        if self._plugged:
            self._plugged = False
            os.close(self._slave)
            os.close(self._master)

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cursor(self) -> tuple[int, int] | None:
        """Column and row of the terminal's cursor, if it is shown."""
        cursor = self._screen.cursor
        return None if cursor.hidden else (cursor.x, cursor.y)

    def behind(self, text: str) -> tuple[int, int] | None:
        """Column and row right behind a text of narrow letters, if it is on the screen once."""
        found = [
            (at + len(text), y) for y, line in enumerate(self._screen.display) if (at := line.find(text)) >= 0
        ]
        return found[0] if len(found) == 1 else None

    @property
    def slave(self) -> int:
        """The program's end of the terminal."""
        return self._slave

    @property
    def modes(self) -> list[Any]:
        """The terminal's modes now: echo, lines, and the like."""
        return termios.tcgetattr(self._slave)

    def type(self, keys: str) -> None:
        """Press keys, all at once as a paste or ssh may deliver them."""
        os.write(self._master, keys.encode())

    def send(self, data: bytes) -> None:
        """Send bytes as they are, whether or not they are text."""
        os.write(self._master, data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; its program gets a signal."""
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    @property
    def stopped(self) -> bool:
        """Whether a signal has stopped the program (read from Linux)."""
        return Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def sees(self, *words: str) -> str:
        """Wait until all `words` stand on the screen; answers the screen."""
        self.until(lambda: all(each in self.text for each in words), f"{words} on the screen")
        return self.text

    def sees_no(self, *words: str) -> str:
        """Wait until none of `words` stands on the screen; answers the screen."""
        self.until(lambda: not any(each in self.text for each in words), f"{words} to go")
        return self.text

    def settle(self, moment: float = PAUSE) -> None:
        """Follow the screen until the program has nothing more to draw for a moment."""
        self._read(moment)
        while self._read(moment):
            pass

    def ends(self) -> int:
        """Wait for the end of the program; answers its exit code."""
        self.until(lambda: self.process.poll() is not None, "the end of the console")
        self._read(0)
        return self.process.returncode

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Follow the screen until something is true."""
        limit = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > limit:
                raise AssertionError(f"waited {PATIENCE:g} s for {what}; the screen:\n{self.text}")
            self._read(0.05)

    def _read(self, seconds: float) -> int:
        """Take what the program has written, the first of it within `seconds`; answers how many bytes."""
        taken = 0
        if not self._plugged:
            time.sleep(seconds)
            return taken
        while select.select([self._master], [], [], seconds)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                break
            taken += len(data)
            self.raw += data
            self._stream.feed(_UNKNOWN.sub(b"", data))
            seconds = 0
        return taken


def cost(console: Console, keys: str) -> int:
    """The bytes of the answer to `keys`, and of nothing that a busy machine drew late."""
    console.settle(STILL)
    before = len(console.raw)
    console.type(keys)
    console.settle(STILL)
    return len(console.raw) - before


def running_in(home: str) -> list[int]:
    """The consoles whose local files are in `home` (read from Linux)."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
            variables = (each / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"deskterm" in words and b"python" in words[0] and f"DESKTERM_HOME={home}".encode() in variables:
            found.append(int(each.name))
    return found


def deskterm(*words: str | Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a verb without a terminal."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environ},
    )
