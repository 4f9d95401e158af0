"""A server of its own process with demo data, for as long as the console runs, and how others find it."""

import contextlib
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

READY = re.compile(r"https?://\S+")
LOG_NAME = "server.log"
#: Where the server says its address while it runs, inside its folder.
READY_NAME = "demo.url"
PREFIX = "deskterm-demo-"
#: Seconds that a server on this machine may take to say who it is.
PATIENCE = 1.0


class DemoFailed(Exception):
    """The demo's server did not come up; the message says why."""


@dataclass(slots=True, frozen=True)
class DemoFolder:
    """Where a demo keeps everything. One that was made for it alone goes with it."""

    path: Path
    passing: bool

    @property
    def home(self) -> Path:
        """Where consoles keep drafts and log."""
        return self.path / "console"

    def sweep(self) -> None:
        """Remove what is left of a passing folder once no server uses it."""
        if self.passing and not (self.path / READY_NAME).exists():
            shutil.rmtree(self.path, ignore_errors=True)


def running_demo(data: Path | None) -> tuple[DemoFolder, str] | None:
    """Folder and address of a demo of this user that runs now: in `data`, else in any passing folder."""
    if data is not None:
        folders = [DemoFolder(data.absolute(), passing=False)]
    else:
        found = Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{READY_NAME}")
        folders = [DemoFolder(each.parent, passing=True) for each in sorted(found, key=_age)]
    for folder in folders:
        if (url := _address(folder.path)) and _answers(url):
            return folder, url
    return None


def make_folder(data: Path | None) -> DemoFolder:
    """`data`, else a folder that nobody else can look into."""
    if data is None:
        return DemoFolder(Path(tempfile.mkdtemp(prefix=PREFIX)), passing=True)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return DemoFolder(data.absolute(), passing=False)


@contextlib.contextmanager
def demo_server(folder: DemoFolder) -> Iterator[str]:
    """Serve the demo from `folder` on a free loopback port and yield its URL.

    The server watches its standard input: when this process is killed it also goes, with a passing folder.
    """
    command = [sys.executable, "-m", "deskterm", "serve", "--demo", "--port", "0", "--data", str(folder.path)]
    command += ["--while-stdin-open", "--ready-file", str(folder.path / READY_NAME)]
    command += ["--remove-data-at-exit"] if folder.passing else []
    with open(folder.path / LOG_NAME, "a+b", opener=_private) as log:
        server = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            yield _await_ready(server, log)
        finally:
            _stop(server)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _age(path: Path) -> float:
    try:
        return -path.stat().st_mtime
    except OSError:
        return 0.0


def _address(folder: Path) -> str | None:
    """What the server wrote, from a folder that is this user's own."""
    try:
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return None
        said = READY.search((folder / READY_NAME).read_text())
    except (OSError, UnicodeDecodeError):
        return None
    return said[0] if said else None


def _answers(url: str) -> bool:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        connection.request("GET", "/healthz")
        said = json.loads(connection.getresponse().read(4096))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(said, dict) and said.get("product") == "deskterm"


def _await_ready(server: subprocess.Popen[str], log: BinaryIO) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if found := READY.search(line):
            return found[0]
    server.wait()
    log.seek(0)  # read through the open file: the folder has gone with the server
    last = log.read().decode(errors="replace").strip().splitlines()[-1:]
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
