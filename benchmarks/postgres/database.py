"""A PostgreSQL that waits for the disk, desks moved into it, and what it is made to do."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.processes import cpu_seconds
from tests.postgres import Cluster, running

_SAID = re.compile(rb"LOG:  (?:execute [^:]*|statement):")


class Measured:
    """A running PostgreSQL, measured from outside."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def take(self, data: Path) -> str:
        """The address of a database with the desk of that folder."""
        address = self.cluster.make()
        command = [sys.executable, "-m", "deskterm", "db", "copy", "--data", str(data), "--to", address]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        return address

    def cpu(self) -> float:
        """Seconds of all its processes since its start."""
        pid = self.cluster.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return cpu_seconds(pid, ended=True) + sum(cpu_seconds(int(each)) for each in children)

    @contextmanager
    def counting(self) -> Iterator[list[int]]:
        """Counts the statements from now to the end: begin, commit and those of its own included."""
        log = self.cluster.log
        self.cluster.set(log_statement="all")
        start = log.stat().st_size
        found: list[int] = []
        yield found
        self.cluster.set(log_statement="none")
        with log.open("rb") as file:
            file.seek(start)
            found.append(len(_SAID.findall(file.read())))


@contextmanager
def measured() -> Iterator[Measured]:
    """One of its own, with a commit that is on the disk."""
    with running(durable=True) as cluster:
        yield Measured(cluster)
