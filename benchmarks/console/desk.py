"""The desk that consoles are measured on: a real server with made-up rows, and one real message."""

import json
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.desk_rows import DeskRows, make_desk
from benchmarks.processes import Server
from benchmarks.processes import running as serving
from deskterm.protocol.ids import IdSource

_ids = IdSource()


class Desk:
    """A running desk, its admin's console and what may happen in it."""

    def __init__(self, server: Server, rows: DeskRows, home: Path) -> None:
        self.server = server
        self.rows = rows
        self.environ = {
            "DESKTERM_SERVER": f"http://127.0.0.1:{server.port}",
            "DESKTERM_TOKEN": rows.tokens[0],
            "DESKTERM_HOME": str(home),
            "DESKTERM_TIPS": "off",  # the first steps are drawn once in a life
            "SSH_CONNECTION": "over a slow line",  # nothing moves
        }

    def say(self, conversation_id: str, body: str = "Hello") -> None:
        """Write a message, as a colleague does."""
        urllib.request.urlopen(
            urllib.request.Request(
                f"{self.environ['DESKTERM_SERVER']}/api/v1/conversations/{conversation_id}/messages",
                json.dumps({"id": _ids.new(), "body": body}).encode(),
                {"Content-Type": "application/json", "Authorization": f"Bearer {self.rows.tokens[1]}"},
            )
        ).close()


@contextmanager
def desk(conversations: int = 1_000) -> Iterator[Desk]:
    """A desk of this size."""
    with tempfile.TemporaryDirectory() as folder:
        rows = make_desk(Path(folder) / "desk", conversations)
        with serving("benchmarks.desk_server", str(rows.data)) as server:
            running = Desk(server, rows, Path(folder) / "home")
            running.say(rows.conversations[0])  # the log has a last event, from which consoles go on
            yield running
