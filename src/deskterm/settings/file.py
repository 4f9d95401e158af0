"""Reading settings.toml: the values, the lines they stand in, and what is wrong, in sentences."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: So many lines that are no TOML are passed over; a file with more is something else.
_MOST_BAD_LINES = 20
#: More than anybody writes by hand; what is longer is something else.
_MOST_LETTERS = 1_000_000


@dataclass(slots=True, frozen=True)
class Written:
    """What stands in a file. Lines count from 1; `problems` are sentences that name file and line."""

    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read(path: Path) -> Written:
    """What stands in `path`; nothing if there is no file. Never raises: what cannot be read is a problem."""
    try:
        if path.exists() and not path.is_file():
            return Written(problems=(f"{path.name}: it is no file, so nothing of it counts",))
        with path.open(encoding="utf-8") as file:
            text = file.read(_MOST_LETTERS + 1)
        if len(text) > _MOST_LETTERS:
            return Written(problems=(f"{path.name}: it is too long, so nothing of it counts",))
    except FileNotFoundError:
        return Written()
    except UnicodeDecodeError:
        return Written(problems=(f"{path.name}: it is not UTF-8, so nothing of it counts",))
    except OSError as error:
        return Written(problems=(f"{path.name}: it cannot be read ({error.strerror}), so nothing counts",))
    return parse(text, path.name)


def parse(text: str, name: str) -> Written:
    """What stands in `text`; a line that is no TOML is passed over and reported."""
    import tomllib

    lines = text.replace("\r\n", "\n").split("\n")
    problems: list[str] = []
    for _ in range(_MOST_BAD_LINES):
        try:
            values = tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            place, why = _place(str(error), lines)
            problems.append(f"{name}:{place}: {why}")
            lines[place - 1] = ""
            continue
        except (ValueError, RecursionError):  # a number of thousands of digits, lists in lists in lists
            break
        return Written(values, _lines(values, lines), tuple(problems))
    return Written(problems=(f"{name}: it is not TOML, so nothing of it counts",))


def _place(error: str, lines: list[str]) -> tuple[int, str]:
    """The line of a fault, from 1, and what is wrong there."""
    why = error.rpartition(" (at ")[0] or error
    why = f"this line is not TOML: {why[:1].lower()}{why[1:]}"
    found = re.search(r"at line (\d+)", error)
    if found is not None:
        return min(int(found[1]), len(lines)), why
    last = next((place for place in range(len(lines), 0, -1) if lines[place - 1].strip()), 1)
    return last, why


def _lines(values: Mapping[str, object], lines: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in values:
        key = re.compile(rf"""\s*(?:\[+\s*)?["']?{re.escape(name)}["']?\s*[=.\]]""")
        found[name] = next((place for place, line in enumerate(lines, 1) if key.match(line)), 1)
    return found
