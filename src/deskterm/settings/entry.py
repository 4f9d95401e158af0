"""One entry of the settings: its name, what may stand in it, and how a value is checked."""

from collections.abc import Callable
from enum import StrEnum

from deskterm.record import record

Value = str | bool | float

#: How many possible values an error lists.
_LISTED = 6
#: The same where it can be told which one was meant.
_LISTED_BESIDE = 3
_SWITCH = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


class Invalid(ValueError):
    """A value cannot stand in an entry; the text goes on after the value, as in `is not one of a, b`."""


class Group(StrEnum):
    """What an entry is about, in the order of the pages."""

    LOOK = "Look"
    DATES = "Dates"
    READING = "Reading"
    WRITING = "Writing"
    NEWS = "News"
    KEYBOARD = "Keyboard and mouse"
    ORGANIZATION = "Organization"


@record
class Offer:
    """A value to choose, and what it means where its name does not say it."""

    value: Value
    words: str = ""


@record
class Entry:
    """One thing that a person may choose.

    `check` takes what stands in the file and answers the value or raises `Invalid`; `read` does so for the
    text of the environment's `variable`. `options` are offered; an entry that takes `free` text takes others
    too, over several `lines` if it has them. A number counts in a `unit`. `later` tells that a change counts
    from the next start.
    """

    name: str
    group: Group
    title: str
    help: str
    default: Value
    check: Callable[[object], Value]
    read: Callable[[str], Value]
    options: tuple[Offer, ...] = ()
    free: bool = False
    later: bool = False
    variable: str = ""
    unit: str = "s"
    lines: bool = False

    @property
    def environment(self) -> str:
        """The variable that sets it."""
        return self.variable or f"DESKTERM_{self.name.upper()}"

    def shown(self, value: Value) -> str:
        """A value as people read it."""
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, float):
            return f"{value:g} {self.unit}"
        return value or next((each.words for each in self.options if each.value == ""), "none")


def switch(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Invalid("is neither true nor false")
    return value


def switch_in(text: str) -> bool:
    """True or false as people write it in the environment."""
    if text.strip().lower() not in _SWITCH:
        raise Invalid("is neither on nor off")
    return _SWITCH[text.strip().lower()]


def one_of(names: tuple[str, ...]) -> Callable[[object], str]:
    """One of some words."""

    def check(value: object) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # `hours = 12` needs no quotes
        if isinstance(value, str) and value in names:
            return value
        meant = nearest(str(value), names)
        most = _LISTED_BESIDE if meant else _LISTED
        listed = ", ".join(names[:most]) + (", …" if len(names) > most else "")
        raise Invalid(f"is not one of {listed}{meant}")

    return check


def seconds(most: float) -> Callable[[object], float]:
    """A number of seconds from 0 to `most`."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise Invalid(f"is not a number of seconds from 0 to {most:g}")
        return float(value)

    return check


def whole(least: int, most: int) -> Callable[[object], float]:
    """A whole number from `least` to `most`."""

    def check(value: object) -> float:
        text = str(value).strip()
        if not text.isdecimal() or not least <= int(text) <= most:
            raise Invalid(f"is not a whole number from {least} to {most}")
        return float(text)

    return check


def seconds_in(most: float) -> Callable[[str], float]:
    """The same, from the environment."""

    def read(text: str) -> float:
        try:
            number: object = float(text)
        except ValueError:
            number = text
        return seconds(most)(number)

    return read


def words(value: object) -> str:
    """One line of text."""
    if not isinstance(value, str) or not value.isprintable():
        raise Invalid("is not a line of text")
    return value.strip()


def nearest(wrong: str, names: tuple[str, ...]) -> str:
    """What was probably meant, as the end of a sentence; nothing if that cannot be told."""
    from difflib import get_close_matches  # only where something is wrong

    found = get_close_matches(wrong, names, 1, 0.6)
    return f"; did you mean ‘{found[0]}’?" if found else ""
