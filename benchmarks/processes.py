"""Server processes of a benchmark: pinned to one core, stopped at the end, measured from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

SERVER_CORE, LOAD_CORE = 0, 1
#: For each server that has ended, what its log said of its event loop being held.
ended: list[list[dict[str, Any]]] = []


def pinned(core: int, command: list[str]) -> list[str]:
    """The command on one core, where that is possible."""
    if shutil.which("taskset") is None or (os.cpu_count() or 1) < 2:
        return command
    return ["taskset", "-c", str(core), *command]


def pin_load() -> None:
    """Keep this process, which makes the load, off the server's core."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {LOAD_CORE})


class Server:
    """A running server: what it said of itself, and what it costs."""

    def __init__(
        self, process: "subprocess.Popen[str]", seconds_to_ready: float, said: dict[str, Any]
    ) -> None:
        self.process = process
        self.seconds_to_ready = seconds_to_ready
        self.said = said

    @property
    def port(self) -> int:
        return int(self.said["port"])

    def resident_kib(self) -> int:
        """Resident memory now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("VmRSS:"))

    def cpu(self) -> float:
        """CPU seconds since its start."""
        return cpu_seconds(self.process.pid)


def cpu_seconds(pid: int, *, ended: bool = False) -> float:
    """CPU seconds of a process, with those of its children that have ended if they are asked for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(module: str, *arguments: str) -> Iterator[Server]:
    """`python -m module …`, which says what it is on one line of JSON when it is ready."""
    command = pinned(SERVER_CORE, [sys.executable, "-m", module, *arguments])
    started = time.perf_counter()
    log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read when the process has ended
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        seconds = time.perf_counter() - started
        if not line:
            raise RuntimeError(f"{module} ended before it was ready")
        yield Server(process, seconds, json.loads(line))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        _read(log)


def _read(log: IO[str]) -> None:
    """Keep what is said of the event loop; show what else is wrong."""
    held: list[dict[str, Any]] = []
    ended.append(held)
    with log:
        log.seek(0)
        for line in log:
            if '"event": "event loop held"' in line:
                held.append(json.loads(line))
            elif '"level": "info"' not in line:
                sys.stderr.write(line)
