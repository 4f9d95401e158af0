"""What was asked of a server and what it answered, as JSON lines: one file per run, whatever happens."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class Phase(StrEnum):
    """What is known of an operation at a moment."""

    INVOKE = "invoke"  # it is about to be asked for
    OK = "ok"  # the server acknowledged it
    FAIL = "fail"  # the server refused it for good
    UNKNOWN = "unknown"  # no answer, or one that says to try again: it may or may not have happened


@dataclass(frozen=True, slots=True)
class Entry:
    """`t` in seconds of this machine since an unspecified start; `code` an HTTP status, or what broke."""

    t: float
    actor: str
    op: str
    id: str
    phase: Phase
    code: str = ""
    place: str = ""  # organization/conversation


class History:
    """The entries of one run, in order, and the file they are in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[Entry] = []
        self._file = path.open("w", buffering=1)

    def add(self, actor: str, op: str, id: str, phase: Phase, *, code: object = "", place: str = "") -> None:
        """Note what is known now."""
        entry = Entry(time.monotonic(), actor, op, id, phase, str(code), place)
        self.entries.append(entry)
        self._file.write(json.dumps(asdict(entry)) + "\n")

    def count(self, phase: Phase) -> int:
        """How many entries are of a phase."""
        return sum(each.phase is phase for each in self.entries)

    def close(self) -> None:
        """Let go of the file, which stays."""
        self._file.close()


def read(path: Path) -> Iterator[Entry]:
    """The entries of a file, to look into a run that failed."""
    for line in path.read_text().splitlines():
        known = json.loads(line)
        yield Entry(**{**known, "phase": Phase(known["phase"])})
