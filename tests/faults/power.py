"""What a disk may hold after the power failed: everything that was synced, and any part of what was not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from tests.faults.disk import Done

SECTOR = 512


def remains(before: dict[str, bytes], done: Sequence[Done], chance: Random) -> dict[str, bytes]:
    """The files by name after `done` and then darkness: `before` is how they were at its start.

    Every write that no sync of its file followed is there, not there, or torn at a sector.
    """
    synced = {each.path: number for number, each in enumerate(done) if each.operation == "sync"}
    files: defaultdict[str, bytearray] = defaultdict(bytearray)
    files.update({name: bytearray(content) for name, content in before.items()})
    for number, each in enumerate(done):
        content = files[Path(each.path).name]
        if each.operation == "truncate":
            del content[each.at :]
        elif each.operation == "write":
            sure = number < synced.get(each.path, -1)
            _put(content, each.at, each.data if sure else _torn(each.data, chance))
    return {name: bytes(content) for name, content in files.items()}


def _torn(data: bytes, chance: Random) -> bytes:
    fate = chance.randrange(3)
    if fate == 0:
        return b""
    return data if fate == 1 else data[: SECTOR * chance.randrange(1 + len(data) // SECTOR)]


def _put(content: bytearray, at: int, data: bytes) -> None:
    if data:
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(data)] = data


def said_before(done: Iterable[Done]) -> list[str]:
    """What was acknowledged by then."""
    return [each.path for each in done if each.operation == "said"]
