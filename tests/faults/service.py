"""A real `deskterm serve` on one folder, killed and started again as often as a test likes."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deskterm.server.config import DATABASE_NAME

#: Seconds after which a server that is not ready, or does not end, is taken to hang.
WATCHDOG = 60.0
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "deskterm")
CRASHED = 137
#: What servers that have ended said in their logs of their event loops being held.
held: list[dict[str, Any]] = []


class NotReady(Exception):
    """The server ended before it was ready; `code` is how, the text what it said."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"ended with {code} before it was ready:\n{said}")
        self.code = code


class Service:
    """The server of a folder. `before` are the words of a program that starts `command`."""

    def __init__(self, data: Path, *, command: Sequence[str] = COMMAND, before: Sequence[str] = ()) -> None:
        self.data = data
        self.database = data / DATABASE_NAME
        self.log = data.with_name(data.name + ".log")
        self.url = ""
        self.start_seconds = 0.0
        self._command = (*before, *command)
        self._process: asyncio.subprocess.Process | None = None
        self._looked_at = 0  # of the log

    @property
    def pid(self) -> int:
        """The process, once it was started."""
        assert self._process is not None
        return self._process.pid

    async def start(self, *options: str, environ: Mapping[str, str] | None = None) -> None:
        """Start it and wait until it answers; `NotReady` if it ends before."""
        started = time.monotonic()
        await self.launch(*options, environ=environ)
        await self.ready()
        self.start_seconds = time.monotonic() - started

    async def launch(self, *options: str, environ: Mapping[str, str] | None = None) -> None:
        """Start it and wait for nothing."""
        words = (*self._command, "serve", "--port", "0", "--data", str(self.data), *options)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})},
            )

    async def ready(self) -> None:
        """Wait until a launched server answers."""
        assert self._process is not None
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), WATCHDOG)
        if not line:
            code = await self.ended()
            raise NotReady(code, self.log.read_text(errors="replace")[-2000:])
        self.url = line.split()[-1].decode()

    def kill(self) -> None:
        """End it without any chance to tidy up; nothing if it has ended."""
        self._send(signal.SIGKILL)

    async def end(self) -> None:
        """See to it that it does not run any more, whether it was started or not."""
        self.kill()
        if self._process is not None:
            await self.ended()

    async def stop(self) -> int:
        """Let it end in order; answers its exit code."""
        self._send(signal.SIGTERM)
        return await self.ended()

    def _send(self, number: int) -> None:
        """Not by the process object, which would take an exit code that the loop is waiting for."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    async def ended(self) -> int:
        """Wait until it has ended; answers the exit code as a shell says it, 137 for a kill."""
        assert self._process is not None
        code = await asyncio.wait_for(self._process.wait(), WATCHDOG)
        self._read()
        return code if code >= 0 else 128 - code

    def _read(self) -> None:
        """Keep what is said of the event loop."""
        with self.log.open("rb") as log:
            log.seek(self._looked_at)
            for line in log:
                if b'"event": "event loop held"' in line and line.endswith(b"\n"):
                    held.append(json.loads(line))
            self._looked_at = log.tell()
