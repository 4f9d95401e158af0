"""A real sshd on this machine's loopback, for one test: own keys, own configuration, nobody else's files."""

import contextlib
import getpass
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.terminal import COMMAND, Console

_CONFIG = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
AuthorizedKeysFile {folder}/own.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AcceptEnv LANG COLORTERM
PrintMotd no
"""


@dataclass(frozen=True)
class Ssh:
    """The way in."""

    folder: Path
    port: int

    def command(self, *options: str) -> list[str]:
        """The client's command line, up to what is to be run over there."""
        return [
            "ssh",
            *("-F", os.devnull, "-p", str(self.port), "-i", str(self.folder / "own")),
            *("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.folder}/known"),
            *("-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"),
            *("-o", "SendEnv=LANG COLORTERM"),
            *options,
            "127.0.0.1",
        ]

    def console(
        self,
        variables: Mapping[str, str],
        *,
        columns: int = 120,
        rows: int = 36,
        program: Sequence[str] = COMMAND,
    ) -> Console:
        """A console over there, at a terminal here; its environment is what sshd gives, and `variables`."""
        named = [f"{name}={value}" for name, value in variables.items()]
        there = shlex.join(["env", *named, *program])
        environ = {"COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        return Console(
            [there], columns=columns, rows=rows, environ=environ, program=self.command("-t", "-e", "none")
        )


@contextlib.contextmanager
def listening(folder: Path) -> Iterator[Ssh]:
    """Run it; skips the test, saying why, where there is none or nobody can sign in by it."""
    daemon = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    missing = [
        name
        for name, path in (("openssh-server", daemon), ("openssh-client", shutil.which("ssh")))
        if not path
    ]
    if missing or daemon is None:
        pytest.skip(f"{' and '.join(missing)} not installed")
    folder.mkdir()
    for name in ("host", "own"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(folder / name)]
        subprocess.run(key, check=True, stdin=subprocess.DEVNULL)
    config = folder / "config"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    config.write_text(_CONFIG.format(folder=folder, port=port))
    log = folder / "log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [daemon, "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stderr=said
        ) as process,
    ):
        try:
            ssh = Ssh(folder, port)
            _sign_in(ssh, process, log)
            yield ssh
        finally:
            process.terminate()


def _sign_in(ssh: Ssh, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Make sure that one can; a daemon that cannot start has ended by then, or says so when asked."""
    done = subprocess.run(
        [*ssh.command("-o", "ConnectionAttempts=20"), "true"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        why = f"{log.read_text(errors='replace')}{done.stderr}".strip()
        pytest.skip(f"sshd lets {getpass.getuser()} not in ({process.poll()=}): {why}")
