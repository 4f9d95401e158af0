"""Which file is whose."""

import hashlib
from pathlib import Path


def outbox_file(folder: Path, server: str, person: str) -> Path:
    """The outbox of one account; its name tells nobody whose it is."""
    digest = hashlib.sha256(f"{server}\n{person.lower()}".encode()).hexdigest()
    return folder / f"{digest[:24]}.db"
