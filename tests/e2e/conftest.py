"""A real server with the demo's data, in a process of its own."""

import contextlib
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deskterm.protocol.demo import person
from deskterm.protocol.ids import IdSource
from tests.e2e.sshd import Ssh, listening
from tests.e2e.terminal import COMMAND, Console
from tests.e2e.tmux import Tmux
from tests.forking import start

_ids = IdSource()


@dataclass(frozen=True)
class Server:
    """Where it is. It can be asked over REST as any of the demo's people; consoles can be opened on it."""

    url: str
    home: Path
    process: "subprocess.Popen[str]"

    def stop(self) -> None:
        """Let it end, as an operator would."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def token(self, email: str) -> str:
        """Sign in over REST."""
        who = person(email)
        assert who is not None
        body = {"email": email, "password": who.password, "organization": who.organization}
        token: str = self.call("POST", "/auth/login", body)["token"]
        return token

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:
        """One request; answers the document."""
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {token}"} if token else {}
        )
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None

    def say(self, conversation_id: str, body: str, token: str) -> None:
        """Write a message over REST."""
        self.call(
            "POST", f"/conversations/{conversation_id}/messages", {"id": _ids.new(), "body": body}, token
        )

    def local(self, email: str) -> dict[str, str]:
        """The environment of a console of somebody who is signed in, with local files of their own."""
        home = self.home / email
        home.mkdir(parents=True, exist_ok=True)
        return {
            "DESKTERM_SERVER": self.url,
            "DESKTERM_TOKEN": self.token(email),
            "DESKTERM_HOME": str(home),
            "DESKTERM_TIPS": "off",  # the first steps lie over a corner of every new home
        }

    def console(
        self,
        email: str,
        *,
        columns: int = 120,
        rows: int = 36,
        controlling: bool = True,
        forked: bool = False,
        also: Mapping[str, str] | None = None,
        **environ: str,
    ) -> Console:
        """A console of somebody who is signed in, with local files of their own.

        Variables of its environment are named here or in `also`.
        """
        variables = {**self.local(email), **environ, **(also or {})}
        return Console(
            [], columns=columns, rows=rows, environ=variables, controlling=controlling, forked=forked
        )


@contextlib.contextmanager
def running(folder: Path, port: str = "0", command: Sequence[str] = COMMAND) -> Iterator[Server]:
    """A server with demo data below `folder`; on a free port if none is given."""
    words = ("serve", "--demo", "--port", port, "--data", folder / "data", "--while-stdin-open")
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with start(*words, command=command, text=True, **pipes) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("deskterm is ready at "), line
        try:
            yield Server(line.split()[-1], folder / "homes", process)
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            process.kill()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh demo."""
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    """A tmux without sessions."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    made = Tmux(tmp_path)
    yield made
    made.end()


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[Ssh]:
    """A way into this machine over ssh."""
    with listening(tmp_path / "ssh") as made:
        yield made
