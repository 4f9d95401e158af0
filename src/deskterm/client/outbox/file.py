"""Which file is whose, and what lies in it while no console runs."""

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from deskterm.client.outbox.store import Store


def outbox_file(folder: Path, server: str, person: str) -> Path:
    """The outbox of one account; its name tells nobody whose it is."""
    digest = hashlib.sha256(f"{server}\n{person.lower()}".encode()).hexdigest()
    return folder / f"{digest[:24]}.db"


def left_in(path: Path, organization: str) -> int:
    """How many commands wait there for an organization; a file that cannot be read holds none."""
    if not path.is_file():
        return 0
    try:
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            count = "SELECT count(*) FROM command WHERE organization = ?"
            return int(db.execute(count, (organization,)).fetchone()[0])
    except sqlite3.Error:
        return 0


def wipe_file(path: Path, organization: str) -> None:
    """Leave nothing of what waits there for an organization. OSError or sqlite3.Error if the disk refuses."""
    store = Store(path, organization)
    store.wipe()
    store.close()
