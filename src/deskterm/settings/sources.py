"""Where settings come from: the environment over the file over the defaults."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Any

from deskterm.record import record
from deskterm.settings import Settings
from deskterm.settings.entry import Entry, Invalid, Value, nearest
from deskterm.settings.table import BY_NAME, ENTRIES


class Origin(Enum):
    """What decided over an entry."""

    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@record
class Chosen:
    """The value of an entry, and what decided over it: `DESKTERM_THEME`, `settings.toml:4`, `default`."""

    value: Value
    origin: Origin
    where: str


@record
class Loaded:
    """The settings, how each entry came about, and what is wrong: sentences that name the place."""

    settings: Settings
    chosen: Mapping[str, Chosen]
    problems: tuple[str, ...] = ()

    def decided(self, name: str) -> bool:
        """Whether somebody chose the entry."""
        return self.chosen[name].origin is not Origin.DEFAULT


def load(environ: Mapping[str, str], file: Path | None = None, home: Path | None = None) -> Loaded:
    """The settings for `environ` and what stands in `file`. Never raises: what is wrong counts as not said.

    `NO_COLOR` means the terminal's own colours, because any other theme would still send greys. Over ssh
    nothing moves unless somebody chose it: an animated page down costs nine times the bytes.
    """
    values: Mapping[str, object] = {}
    lines: Mapping[str, int] = {}
    problems: list[str] = []
    if file is not None and file.exists():
        from deskterm.settings.file import read  # `re` and the parser: only where there is a file

        written = read(file)
        values, lines = written.values, written.lines
        problems.extend(written.problems)
    name = file.name if file is not None else ""
    places = {each: f"{name}:{line}" for each, line in lines.items()}
    problems += [_unknown(each, places[each]) for each in values if each not in BY_NAME]
    chosen = {each.name: _choose(each, environ, values, places, problems) for each in ENTRIES}
    settings = settled({key: each.value for key, each in chosen.items()}, environ)
    return Loaded(replace(settings, home=home, file=file), chosen, tuple(dict.fromkeys(problems)))


def settled(values: Mapping[str, Value], environ: Mapping[str, str]) -> Settings:
    """Settings of these values, with the theme that `terminal` stands for here."""
    fields: dict[str, Any] = dict(values)
    if fields["theme"] == "terminal":
        fields["theme"] = "ansi-light" if _is_light(environ) else "ansi-dark"
    return Settings(**fields, color="NO_COLOR" not in environ)


def _choose(
    entry: Entry,
    environ: Mapping[str, str],
    values: Mapping[str, object],
    places: Mapping[str, str],
    problems: list[str],
) -> Chosen:
    """The value of an entry from the first source that has a right one."""
    if entry.name == "theme" and "NO_COLOR" in environ:  # even empty: Textual sees it so
        return Chosen("terminal", Origin.ENVIRONMENT, "NO_COLOR")
    said = environ.get(entry.environment, "")
    if said:
        try:
            return Chosen(entry.read(said), Origin.ENVIRONMENT, entry.environment)
        except Invalid as error:
            problems.append(f"{entry.environment}: ‘{said}’ {error}")
    if entry.name in values:
        try:
            return Chosen(entry.check(values[entry.name]), Origin.FILE, places[entry.name])
        except Invalid as error:
            problems.append(f"{places[entry.name]}: {entry.name} ‘{values[entry.name]}’ {error}")
    if entry.name == "motion" and _is_remote(environ):
        return Chosen("none", Origin.DEFAULT, "default over ssh")
    return Chosen(entry.default, Origin.DEFAULT, "default")


def _unknown(name: str, place: str) -> str:
    return f"{place}: ‘{name}’ is no setting{nearest(name, tuple(BY_NAME))}"


def _is_remote(environ: Mapping[str, str]) -> bool:
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"))


def _is_light(environ: Mapping[str, str]) -> bool:
    """What rxvt, Konsole and others say of the ground: `0;15` is black on white."""
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return ground in ("7", "15")
