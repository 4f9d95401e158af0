"""A pepper: a secret beside the database that is mixed into passwords before they are hashed.

Whoever has the database or a backup, and not the pepper, cannot even try passwords (security.md, V11).
"""

import hashlib
import hmac
from pathlib import Path
from typing import Final

_LEAST: Final = 16  # bytes
_MARK: Final = "pepper:"


class Pepper:
    """Marks hashes with what tells this pepper from another one."""

    def __init__(self, value: bytes) -> None:
        self._value = value
        known = hmac.digest(value, b"which pepper", hashlib.sha256).hex()[:8]
        self.mark = f"{_MARK}{known}"

    @classmethod
    def of(cls, path: Path) -> "Pepper":
        """The pepper in a file; OSError if it cannot be read, ValueError if it is too short to be one."""
        value = path.read_bytes().strip()
        if len(value) < _LEAST:
            raise ValueError(f"{path} has {len(value)} bytes; a pepper has at least {_LEAST}.")
        return cls(value)

    def into(self, password: str) -> str:
        """What is hashed instead of the password."""
        return hmac.digest(self._value, password.encode(), hashlib.sha256).hex()

    def __repr__(self) -> str:
        return f"Pepper({self.mark})"


def split(password_hash: str) -> tuple[str, str]:
    """The mark of the pepper, empty without one, and the PHC string."""
    mark, dollar, rest = password_hash.partition("$")
    return mark, dollar + rest
