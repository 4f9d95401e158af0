"""A console that halts between its first bytes and Textual, until it is let through."""

import os
from dataclasses import dataclass
from pathlib import Path

#: Runs in the console before anything of deskterm, and waits where Textual is to be imported.
_PROGRAM = """
import os, sys

class Gate:
    def find_spec(self, name, *_):
        if name == "textual":
            sys.meta_path.remove(self)
            open(os.environ["GATE"] + ".reached", "w").close()
            open(os.environ["GATE"]).close()

sys.meta_path.insert(0, Gate())
"""


@dataclass(frozen=True)
class Gate:
    """`environ` is for the console that shall wait."""

    pipe: Path
    environ: dict[str, str]

    @property
    def reached(self) -> bool:
        """Whether it stands there: before that an interrupt may hit it anywhere."""
        return self.pipe.with_name(self.pipe.name + ".reached").exists()

    def open(self) -> None:
        """Let it go on; waits until it stands there."""
        self.pipe.open("w").close()


def gate(folder: Path) -> Gate:
    """A closed one."""
    place = folder / "gate"
    place.mkdir()
    (place / "sitecustomize.py").write_text(_PROGRAM)
    pipe = place / "pipe"
    os.mkfifo(pipe)
    return Gate(pipe, {"GATE": str(pipe), "PYTHONPATH": str(place)})
