"""The server's own secret, in a file beside the database and never in it: from it other secrets are derived.

Who has only the database, or a backup of it, cannot sign anything.
"""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from deskterm.server.errors import Conflict
from deskterm.server.storage import instance
from deskterm.server.storage.database import Database

FILE_NAME = "root.secret"
_BYTES = 32


class AnotherSecret(Conflict):
    """Webhooks and mailed links of one server would mean nothing to the others."""

    title = "The servers of this database do not share their secret"


class RootSecret:
    """Derives secrets that need not be stored: the same for the same purpose and id."""

    def __init__(self, value: bytes) -> None:
        self._value = value

    @classmethod
    def of(cls, data: Path) -> "RootSecret":
        """The secret of a data folder, made at the first start; ValueError if the file is damaged."""
        path = data / FILE_NAME
        if not path.exists():
            _write(path, secrets.token_bytes(_BYTES))
        value = path.read_bytes()
        if len(value) != _BYTES:
            raise ValueError(f"{path} is damaged: it has {len(value)} bytes instead of {_BYTES}.")
        return cls(value)

    @classmethod
    async def shared(cls, data: Path, db: Database) -> "RootSecret":
        """The same, which must be that of all servers of the database; `AnotherSecret` if it is not."""
        root = cls.of(data)
        mine = root.derive("shared by all servers of a database", b"")
        if db.is_shared and await db.write(lambda tx: instance.first(tx, "root_secret", mine)) != mine:
            raise AnotherSecret(
                f"The other servers of this database have another secret: copy {FILE_NAME} from the --data"
                " folder of one of them to the folder of this one."
            )
        return root

    def derive(self, purpose: str, id: bytes) -> str:
        """43 characters that nobody without the file can guess."""
        digest = hmac.digest(self._value, purpose.encode() + b"\0" + id, hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def __repr__(self) -> str:
        return "RootSecret(…)"


def _write(path: Path, value: bytes) -> None:
    """Whole or not at all, for its owner only; called while the database's lock is ours."""
    made = path.with_suffix(".new")
    made.unlink(missing_ok=True)
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
