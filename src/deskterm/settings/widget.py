"""What an organization's admins decide about the chat on their websites; `settings.widget` on the server."""

import re
from typing import Final

from deskterm.settings.entry import Entry, Group, Invalid, Offer, Value, one_of, switch, switch_in, words

#: What the names of these entries begin with; what follows is the server's name.
PREFIX: Final = "widget."
_ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]+", re.IGNORECASE)
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _origins(value: object) -> str:
    """Websites with commas between them."""
    found = [each.strip().rstrip("/") for each in words(value).split(",") if each.strip()]
    for each in found:
        if not _ORIGIN.fullmatch(each):
            raise Invalid("is not a website such as https://acme.example, with commas between several")
    return ", ".join(found)


def _color(value: object) -> str:
    """A colour as websites write it."""
    color = words(value)
    if not _COLOR.fullmatch(color):
        raise Invalid("is not a colour such as #1f4fbf")
    return color.lower()


def _text(value: object) -> str:
    return str(value).strip()


def _choice(name: str, title: str, help: str, *options: Offer) -> Entry:  # noqa: A002
    check = one_of(tuple(str(each.value) for each in options))
    return Entry(PREFIX + name, Group.ORGANIZATION, title, help, options[0].value, check, check, options)


def _switch(name: str, title: str, help: str, default: bool) -> Entry:  # noqa: A002
    offered = (Offer(True), Offer(False))
    return Entry(PREFIX + name, Group.ORGANIZATION, title, help, default, switch, switch_in, offered)


ENTRIES: Final[tuple[Entry, ...]] = (
    _switch("enabled", "Shown", "Whether websites show the chat.", True),
    Entry(
        PREFIX + "origins",
        Group.ORGANIZATION,
        "Websites",
        "Where the chat may stand: https://acme.example, commas between several.",
        "",
        _origins,
        _origins,
        free=True,
    ),
    _choice(
        "theme",
        "Theme",
        "In which colours visitors read.",
        Offer("auto", "as their system says"),
        Offer("light"),
        Offer("dark"),
    ),
    Entry(
        PREFIX + "color",
        Group.ORGANIZATION,
        "Colour",
        "Of the button, the heading and the visitor's messages, such as #1f4fbf.",
        "#1f4fbf",
        _color,
        _color,
        free=True,
    ),
    _choice(
        "position",
        "Position",
        "Where the button stands.",
        Offer("bottom-right"),
        Offer("bottom-left"),
    ),
    Entry(
        PREFIX + "welcome",
        Group.ORGANIZATION,
        "Welcome",
        "What visitors read first; empty is what customers read.",
        "",
        _text,
        _text,
        free=True,
        lines=True,
    ),
    _switch("avatar", "Initials", "Whether the persona's initials stand beside its name.", True),
    _switch("collect_name", "Asks a name", "Visitors may say their name first.", False),
    _switch("collect_email", "Asks an address", "Visitors may say their e-mail address first.", False),
    Entry(
        PREFIX + "offline_text",
        Group.ORGANIZATION,
        "Nobody there",
        "What visitors read while no agent is there.",
        "",
        words,
        words,
        free=True,
    ),
)


def stored(entry: Entry, value: Value) -> object:
    """A value as the server takes it: websites are a list."""
    if entry.name == PREFIX + "origins":
        return [each.strip() for each in str(value).split(",") if each.strip()]
    return value


def held(value: object) -> Value:
    """A value of the server as entries have it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, bool | str) else ""
