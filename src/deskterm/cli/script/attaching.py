"""The files that go with a message from the command line."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from deskterm.cli.script.running import Refused
from deskterm.client.saving import MOST, wrong_file
from deskterm.text.words import tr


def read_files(files: Sequence[Path]) -> list[str]:
    """The name and the hash of each, which tell a message that is tried again; `Refused` if one cannot go."""
    if len(files) > MOST:
        raise Refused(tr("A message takes at most {most} files, not {count}.", most=MOST, count=len(files)))
    return [_read(each) for each in files]


def _read(file: Path) -> str:
    if (wrong := wrong_file(file)) is not None:
        raise Refused(f"{file}: {wrong}")
    with file.open("rb") as opened:
        return f"{file.name} {hashlib.file_digest(opened, 'sha256').hexdigest()}"
