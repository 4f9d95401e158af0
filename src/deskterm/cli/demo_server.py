"""A server of its own process with demo data, for as long as the console runs."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

READY = re.compile(r"https?://\S+")
LOG_NAME = "server.log"


class DemoFailed(Exception):
    """The demo's server did not come up; the message says why and where its log is."""


@contextlib.contextmanager
def demo_server(data: Path | None) -> Iterator[str]:
    """Serve the demo on a free loopback port and yield its URL.

    Without `data` everything lives in a temporary folder that is removed at the end. The server watches its
    standard input, so it also goes when this process is killed.
    """
    folder = data or Path(tempfile.mkdtemp(prefix="deskterm-demo-"))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-m", "deskterm", "serve", "--demo", "--port", "0", "--data", str(folder)]
    command += ["--while-stdin-open"] + ([] if data else ["--remove-data-at-exit"])
    with open(folder / LOG_NAME, "ab", opener=_private) as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        yield _await_ready(server, folder / LOG_NAME)
    finally:
        _stop(server)
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _await_ready(server: subprocess.Popen[str], log: Path) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if found := READY.search(line):
            return found[0]
    server.wait()
    last = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
    raise DemoFailed("The demo's server did not start. " + (last[0] if last else "It said nothing."))


def _stop(server: subprocess.Popen[str]) -> None:
    if server.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            server.stdin.close()
    server.terminate()
    try:
        server.wait(timeout=12)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    if server.stdout is not None:
        server.stdout.close()
