"""A real pgbouncer that hands connections on after each transaction, where there is one."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_SETTINGS = """[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 8
"""


@contextmanager
def pooled(address: str) -> Iterator[str]:
    """The same database through pgbouncer; few connections serve all servers in turn."""
    if PROGRAM is None:
        raise FileNotFoundError("pgbouncer")
    there = urlsplit(address)
    host = parse_qs(there.query)["host"][0]
    folder = Path(tempfile.mkdtemp(prefix="deskterm-pooler-"))  # short, and open to whom it runs as
    folder.chmod(0o777)
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(host=host, port=5432, user=there.username, folder=folder))
    user = ["-u", Path(host).owner()] if os.geteuid() == 0 else []  # it refuses to be root
    process = subprocess.Popen([PROGRAM, "-q", *user, settings])
    try:
        while not (folder / ".s.PGSQL.6432").exists():
            assert process.poll() is None, "pgbouncer does not start"
            time.sleep(0.02)
        yield there._replace(query=f"host={folder}&port=6432").geturl()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)
