"""`--limit NAME=NUMBER` of `deskterm serve`: how much each may do, where it is not what is usual."""

from collections.abc import Iterable
from dataclasses import fields

from deskterm.server.config import Rates

NAMES = {each.name.replace("_", "-"): each.name for each in fields(Rates)}


def rates(said: Iterable[str]) -> Rates:
    """The limits with those that were given; ValueError says in words what is wrong with one."""
    found: dict[str, int | None] = {}
    for each in said:
        name, _, number = each.partition("=")
        if name not in NAMES:
            raise ValueError(f"there is no limit “{name}”; there are {', '.join(NAMES)}")
        if number != "none" and not (number.isascii() and number.isdigit() and 0 < int(number) <= 1_000_000):
            raise ValueError(f"“{each}”: a limit is a number from 1 to 1000000, or none")
        found[NAMES[name]] = None if number == "none" else int(number)
    return Rates(**found)
