"""A process that has imported all of `deskterm`, and forks one for each that is asked for.

Most of what a verb costs is imports. A forked one is a process of its own all the same, with the environment,
folder, pipes, signals and exit code of a fresh one. Started with the number of a socket.
"""

import atexit
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import struct
import sys
import termios
import threading
import time
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector
from typing import IO, NamedTuple, NoReturn

import deskterm
from deskterm.__main__ import main

#: What is imported only where it is used.
LATER = ("anyio._backends._asyncio", "encodings.idna", "httpcore", "textual.drivers.linux_driver", "uvloop")


def take_terminal() -> None:
    """Begin a session whose terminal is what is read from, so that its end comes with a signal.

    As at a login those of the terminal mean what they do by themselves: a run in the background ignores them.
    """
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in (signal.SIGQUIT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


#: What a process may do before it begins.
FIRST = {each.__name__: each for each in (os.setsid, take_terminal)}
#: How a process id and the way a process ended go back.
NUMBER = struct.Struct("i")
LONGEST = 1 << 17


class Wanted(NamedTuple):
    """A `deskterm` that shall run; `ends` are what it reads and writes."""

    words: list[str]
    environ: dict[str, str]
    folder: str
    first: str | None
    ends: list[int]


def learn() -> None:
    """Import everything once."""
    ours = (each.name for each in pkgutil.walk_packages(deskterm.__path__, "deskterm."))
    for name in (*ours, *LATER):
        with suppress(ModuleNotFoundError):  # what an extra brings is not everywhere
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def fork_on_demand(number: int) -> Wanted | None:
    """Fork whatever is asked for and tell how each ended: what to be in a forked process, None at the end."""
    running: dict[int, int] = {}
    door = socket.socket(fileno=number)
    bell, ringing = socket.socketpair()
    ringing.setblocking(False)
    with door, bell, ringing, DefaultSelector() as waiting:
        signal.set_wakeup_fd(ringing.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        waiting.register(door, EVENT_READ)
        waiting.register(bell, EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is bell:
                    bell.recv(4096)
                    _tell_ends(running)
                    continue
                message, (*ends, telling), _, _ = _asked(door)
                if not message:
                    return None
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    for each in (telling, *running.values()):
                        os.close(each)
                    words, environ, folder, first = json.loads(message)
                    return Wanted(words, environ, folder, first, ends)
                for each in ends:
                    os.close(each)
                running[child] = telling
                os.write(telling, NUMBER.pack(child))


def _asked(door: socket.socket) -> tuple[bytes, list[int], int, object]:
    message, descriptors, flags, address = socket.recv_fds(door, LONGEST, 4)
    return message, descriptors or [-1], flags, address


def _tell_ends(running: dict[int, int]) -> None:
    while running:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        telling = running.pop(child)
        with suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(telling, NUMBER.pack(status))
        os.close(telling)


def _stream(number: int, mode: str) -> IO[str]:
    """A standard stream as Python opens it: what it is decides whether one can go back in it."""
    errors = "backslashreplace" if number == 2 else "surrogateescape"
    return os.fdopen(number, mode, -1 if number < 2 else 1, "utf-8", errors, closefd=False)


def become(wanted: Wanted) -> int:
    """Be that `deskterm`; answers its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, end in enumerate(wanted.ends):
        os.dup2(end, number)
        os.close(end)
    sys.stdin = sys.__stdin__ = _stream(0, "r")  # type: ignore[assignment,misc]
    sys.stdout = sys.__stdout__ = _stream(1, "w")  # type: ignore[assignment,misc]
    sys.stderr = sys.__stderr__ = _stream(2, "w")  # type: ignore[assignment,misc]
    os.environ.clear()
    os.environ.update(wanted.environ)
    time.tzset()
    os.chdir(wanted.folder)
    if wanted.first is not None:
        FIRST[wanted.first]()
    sys.argv[1:] = wanted.words
    return main()


def end(code: int) -> NoReturn:
    """End as Python does, but leave the modules as they are: to take them apart costs more than a verb."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    learn()
    wish = fork_on_demand(int(sys.argv[1]))
    if wish is not None:
        end(become(wish))
