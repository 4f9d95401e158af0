"""The server's routes for files: bytes up and down, with progress."""

from collections.abc import Callable
from pathlib import Path

from deskterm.client.accounts.address import API
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one
from deskterm.protocol.records import Attachment

#: Told how many bytes are over.
Progress = Callable[[int], None]


def unheard(done: int) -> None:
    """Nobody looks."""


class FileCalls(Exchange):
    """What is done with files. All raise the errors of `client.errors`, and OSError of this disk."""

    async def upload(self, file: Path, name: str, key: str, progress: Progress = unheard) -> Attachment:
        """Bring a file to the server, where it waits for a message; under the same key it comes once."""
        raw = await self._rest.upload(
            f"{API}/attachments", file, query={"filename": name}, key=key, progress=progress
        )
        return self._fit(one(Attachment), raw)

    async def download(self, attachment_id: str, into: int, progress: Progress = unheard) -> None:
        """Write a file's bytes to an open file (its number)."""
        await self._rest.download(f"{API}/attachments/{attachment_id}", into, progress)
