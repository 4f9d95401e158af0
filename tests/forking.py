"""`deskterm` as a process forked from one that has imported everything already (tests/zygote.py).

Not on Linux, and where its environment decides something at its start, it is started like any program.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from select import select
from typing import Any

from tests.zygote import NUMBER

COMMAND = (sys.executable, "-m", "deskterm")
_ZYGOTE = Path(__file__).with_name("zygote.py")
#: What is read while a program starts, before anything can be told to a forked one.
_AT_START = frozenset({"DESKTERM_FAILPOINT", "LC_ALL", "PYTHONIOENCODING", "PYTHONPATH", "PYTHONUTF8"})


def start(*words: str | Path, command: Sequence[str] = COMMAND, **options: Any) -> "subprocess.Popen[Any]":
    """Start `deskterm`, or another command, with those words; the options are those of `subprocess.Popen`."""
    fresh = command != COMMAND or sys.platform != "linux" or _AT_START & set(options.get("env") or os.environ)
    kind = subprocess.Popen if fresh else _Forked
    return kind([*command, *map(str, words)], **options)


def run(
    *words: str | Path, stdin: str | bytes = "", timeout: float = 60, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run `deskterm` to its end, with what it wrote."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(*words, **pipes, **options) as process:
        try:
            out, err = process.communicate(given, timeout)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


class _Forked(subprocess.Popen[Any]):
    """One whose end is told by its parent, the zygote. What is overridden is the same from Python 3.11 on."""

    def _execute_child(self, args: list[str], *more: Any) -> None:
        folder, environ, ends = more[4], more[5], more[9:15]
        theirs = (ends[0], ends[3], ends[5])
        given = [own if end == -1 else end for own, end in enumerate(theirs)]
        first = more[1].__name__ if more[1] else None
        wanted = (args[len(COMMAND) :], dict(environ or os.environ), str(folder or Path.cwd()), first)
        self._told, telling = os.pipe()
        socket.send_fds(_door(), [json.dumps(wanted).encode()], [*given, telling])
        os.close(telling)
        self.pid = self._next()
        self._child_created = True
        self._close_pipe_fds(*ends)  # type: ignore[attr-defined]

    def _try_wait(self, flags: int) -> tuple[int, int]:
        return self._waited(self.pid, flags)

    def _internal_poll(self, _deadstate: int | None = None, *_: object) -> int | None:
        code: int | None = super()._internal_poll(_deadstate, self._waited)  # type: ignore[misc]
        return code

    def _waited(self, pid: int, flags: int) -> tuple[int, int]:
        """What `os.waitpid` answers."""
        if flags & os.WNOHANG and not select([self._told], [], [], 0)[0]:
            return 0, 0
        status = self._next()
        os.close(self._told)
        return pid, status

    def _next(self) -> int:
        number: int = NUMBER.unpack(os.read(self._told, NUMBER.size))[0]
        return number


@cache
def _door() -> socket.socket:
    """Where this process's zygote is asked, which ends when nobody can ask any more."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-P", str(_ZYGOTE), str(theirs.fileno())]
        environ = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        zygote = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environ,
            pass_fds=[theirs.fileno()],
        )
    atexit.register(_leave, ours, zygote)
    return ours


def _leave(door: socket.socket, zygote: "subprocess.Popen[bytes]") -> None:
    door.close()
    zygote.wait()
