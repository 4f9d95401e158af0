"""Ids of messages that were sent and not answered: on the disk before the first attempt, so that a program
that is run again after a crash or a lost answer sends the same message, not another one.

The same = same server, session, conversation, text and content of files; a file for each, named by their
hash.
"""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deskterm.client.local import private_file
from deskterm.client.local.paths import state_folder
from deskterm.client.script.access import Access

FOLDER = "unanswered"
#: Seconds after which the same text is meant as another message.
LASTS = 24 * 3600.0


class Unanswered:
    """The id of one message until it is answered."""

    def __init__(self, access: Access, conversation_id: str, fields: Mapping[str, Any]) -> None:
        what = json.dumps([*access, conversation_id, dict(fields)], sort_keys=True)
        self._path: Path = state_folder() / FOLDER / hashlib.sha256(what.encode()).hexdigest()

    def id_or(self, new: str) -> str:
        """The id of the attempt before, else `new`, which is kept from now on. OSError if it cannot be."""
        try:
            if time.time() - self._path.stat().st_mtime < LASTS:
                return self._path.read_text(encoding="ascii")
        except FileNotFoundError:
            pass
        private_file.write_text(self._path, new)
        return new

    def answered(self) -> None:
        """The server has said what became of it."""
        self._path.unlink(missing_ok=True)
