"""A second PostgreSQL that follows another one's log and takes its place when told to."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from tests.leftovers import new_folder
from tests.postgres import Cluster


class Standby:
    """Of a durable cluster. A commit there is answered when it is on both disks."""

    def __init__(self, cluster: Cluster, folder: str) -> None:
        self._cluster = cluster
        self._data = f"{folder}/data"
        self._folder = folder

    def start(self) -> None:
        """Copy everything, follow from there, and be waited for."""
        self._cluster.program(
            "pg_basebackup", "-h", self._cluster.socket, "-U", "postgres", "-D", self._data, "-R"
        )
        self._control("start", "-o", f'-h "" -k {self._folder}', "-l", f"{self._folder}/log")
        self._cluster.set(synchronous_standby_names="*")

    def promote(self) -> None:
        """Take writes from now on."""
        self._control("promote")

    def address(self, there: str) -> str:
        """The same database with both in its address: whichever takes writes is meant."""
        parts = urlsplit(there)
        hosts = f"{parse_qs(parts.query)['host'][0]},{self._folder}"
        return parts._replace(query=f"host={hosts}").geturl()

    def stop(self) -> None:
        """End it."""
        self._control("stop", "-m", "immediate")

    def _control(self, *words: str) -> None:
        self._cluster.program("pg_ctl", "-D", self._data, "-w", *words)


@contextmanager
def following(cluster: Cluster) -> Iterator[Standby]:
    """One that follows a cluster as long as this lasts."""
    folder, lock = new_folder(None)
    folder.chmod(0o777)
    standby = Standby(cluster, str(folder))
    try:
        standby.start()
        try:
            yield standby
        finally:
            standby.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()
