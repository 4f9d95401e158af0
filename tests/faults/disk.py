"""A disk that fails at the n-th write, read, sync or open of SQLite's files, or ends the process there.

    with Disk() as disk:                      # SQLite's default while the context lasts
        disk.plan = Plan("write", 3, Fault.FULL)

It is also a command, `python -m tests.faults.disk WORDS`, that is `deskterm WORDS` on such a disk, told by
`FAULTS_DISK=write:3:kill:deskterm.db`.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Self

import apsw

NAME = "deskterm-faults"
BASE = "unix"
CRASHED = 137


class Fault(Enum):
    """What happens instead of what was asked for."""

    IOERR = "ioerr"
    FULL = "full"
    SHORT = "short"  # half of a write gets through before it fails
    KILL = "kill"  # the process ends; of a write, half gets through


@dataclass(frozen=True)
class Plan:
    """From the `nth` operation on (`forever`), or only then. `file` = the end of the name, empty for any."""

    operation: str  # write, read, sync or open
    nth: int
    fault: Fault
    file: str = ""
    forever: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """Something that was done to a file; `at` = where it was written, or how long the file is then.

    `said` is no operation but a mark of the test's own: what was acknowledged by then.
    """

    operation: str  # write, sync, truncate or said
    path: str
    at: int = 0
    data: bytes = b""


class Disk(apsw.VFS):
    """The file system that SQLite uses while the context lasts. Counting starts when a plan is set."""

    def __init__(self) -> None:
        super().__init__(NAME, BASE, makedefault=True)
        self.failed = False
        self.done: list[Done] | None = None  # set it to a list to have everything noted that succeeds
        self._plan: Plan | None = None
        self._count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unregister()

    def note(self, done: "Done") -> None:
        """Keep what was done, where somebody wants to know."""
        if self.done is not None:
            with self._lock:
                self.done.append(done)

    @property
    def plan(self) -> Plan | None:
        """What fails; None = nothing."""
        return self._plan

    @plan.setter
    def plan(self, plan: Plan | None) -> None:
        with self._lock:
            self._plan = plan
            self._count = 0
            self.failed = False

    def due(self, operation: str, path: str) -> Fault | None:
        """Count an operation; answers what is to happen to it."""
        plan = self._plan
        if plan is None or plan.operation != operation or not path.endswith(plan.file):
            return None
        with self._lock:
            self._count += 1
            hit = self._count == plan.nth or (plan.forever and self._count > plan.nth)
            self.failed |= hit
        return plan.fault if hit else None

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """Open a file, or fail."""
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or ""
        fault = self.due("open", path)
        if fault is Fault.KILL:
            os._exit(CRASHED)
        if fault is not None:
            raise apsw.CantOpenError("no such luck")
        return _File(self, path, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str, name: Any, flags: list[int]) -> None:
        super().__init__(BASE, name, flags)
        self._disk = disk
        self._path = path

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write, or fail; a kill leaves half of it."""
        fault = self._disk.due("write", self._path)
        if fault in (Fault.SHORT, Fault.KILL):
            super().xWrite(data[: len(data) // 2], offset)
        if fault is not None:
            _fail(fault)
        super().xWrite(data, offset)
        self._disk.note(Done("write", self._path, offset, bytes(data)))

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        """Read, or fail."""
        fault = self._disk.due("read", self._path)
        if fault is not None:
            _fail(fault)
        return super().xRead(amount, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Wait for the disk, or fail."""
        fault = self._disk.due("sync", self._path)
        if fault is not None:
            _fail(fault)
        super().xSync(flags)
        self._disk.note(Done("sync", self._path))

    def xTruncate(self, size: int) -> None:  # noqa: N802
        """Cut the file off."""
        super().xTruncate(size)
        self._disk.note(Done("truncate", self._path, size))


def _fail(fault: Fault) -> None:
    if fault is Fault.KILL:
        os._exit(CRASHED)
    if fault is Fault.FULL:
        raise apsw.FullError("no space left")
    raise apsw.IOError("the disk does not answer")


def said(environ: Mapping[str, str]) -> Plan:
    """The plan in `FAULTS_DISK`."""
    operation, nth, fault, file = environ["FAULTS_DISK"].split(":")
    return Plan(operation, int(nth), Fault(fault), file)


if __name__ == "__main__":
    from deskterm.__main__ import main

    with Disk() as _disk:
        _disk.plan = said(os.environ)
        raise SystemExit(main())
