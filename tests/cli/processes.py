"""The `deskterm` command as a process, and a server of it."""

import contextlib
import json
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.forking import run, start


@contextlib.contextmanager
def serving(*options: str | Path, log: int = subprocess.PIPE) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and the URL it printed. Nobody empties its `log`: DEVNULL where it gets long."""
    process = start(
        "serve",
        "--port",
        "0",
        *options,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("deskterm is ready at http://127.0.0.1:"), process.communicate()
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def deskterm(*words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a verb to its end."""
    return run(*words, stdin=stdin)


def call(url: str, path: str, body: Any = None, token: str | None = None, method: str | None = None) -> Any:
    """POST a body unless told otherwise, or GET without one; answers the JSON."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(
        f"{url}/api/v1{path}", None if body is None else json.dumps(body).encode(), headers, method=method
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def sign_in(url: str, email: str, password: str) -> str:
    """A token of somebody of the demo."""
    return str(call(url, "/auth/login", {"email": email, "password": password})["token"])
