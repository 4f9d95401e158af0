"""The table: every entry of the settings, once.

The file, the environment, the screen and docs/settings.md are made from `ENTRIES`. The names are those of the
fields of `Settings`.
"""

from collections.abc import Callable
from typing import Final

from deskterm.settings.entry import (
    Entry,
    Group,
    Invalid,
    Offer,
    Value,
    nearest,
    one_of,
    seconds,
    seconds_in,
    switch,
    switch_in,
    words,
)

#: Themes that are offered: ours, the terminal's own colours, and Textual's, whose colours are corrected until
#: every text reads (a test holds this list to what is there and to the contrast).
THEMES: Final = (
    Offer("deskterm-dark"),
    Offer("deskterm-light"),
    Offer("terminal", "your terminal's own colours"),
    Offer("atom-one-dark"),
    Offer("atom-one-light"),
    Offer("catppuccin-frappe"),
    Offer("catppuccin-latte"),
    Offer("catppuccin-macchiato"),
    Offer("catppuccin-mocha"),
    Offer("dracula"),
    Offer("flexoki"),
    Offer("gruvbox"),
    Offer("monokai"),
    Offer("nord"),
    Offer("rose-pine"),
    Offer("rose-pine-dawn"),
    Offer("rose-pine-moon"),
    Offer("solarized-dark"),
    Offer("solarized-light"),
    Offer("textual-dark"),
    Offer("textual-light"),
    Offer("tokyo-night"),
)

#: The longest time, in seconds, that a conversation may have to be in view.
_LONGEST = 60.0
#: The ways of telling news, as `DESKTERM_NOTIFY` names them.
_WAYS: Final = ("bell", "desktop", "title")


def _way(name: str) -> Callable[[str], bool]:
    """Whether `DESKTERM_NOTIFY` lists a way of telling."""

    def read(text: str) -> bool:
        listed = [each.strip() for each in text.split(",") if each.strip()]
        for each in listed:
            if each not in (*_WAYS, "none"):
                raise Invalid(f"names ‘{each}’, which is not one of {', '.join(_WAYS)}, none")
        return name in listed

    return read


def _zone(value: object) -> str:
    """The name of a time zone; nothing is this machine's."""
    name = words(value)
    if name:
        from zoneinfo import ZoneInfo, available_timezones

        try:
            ZoneInfo(name)
        except (ValueError, OSError) as error:  # not found is an OSError or a KeyError by its version
            raise Invalid(f"is no time zone{nearest(name, tuple(available_timezones()))}") from error
        except KeyError as error:
            raise Invalid(f"is no time zone{nearest(name, tuple(available_timezones()))}") from error
    return name


def _language(value: object) -> str:
    """The name of a language, which also names a folder; nothing is the system's."""
    name = words(value)
    if not name.replace("_", "").replace("@", "").isalnum() and name:
        raise Invalid("is no language; one is called de or pt_BR")
    return name


def _choice(
    name: str,
    group: Group,
    title: str,
    help: str,  # noqa: A002
    options: tuple[Offer, ...],
    *,
    later: bool = False,
) -> Entry:
    check = one_of(tuple(str(each.value) for each in options))
    return Entry(name, group, title, help, options[0].value, check, check, options, later=later)


def _switch(
    name: str,
    group: Group,
    title: str,
    help: str,  # noqa: A002
    default: bool,
    *,
    way: str = "",
    later: bool = False,
) -> Entry:
    return Entry(
        name,
        group,
        title,
        help,
        default,
        switch,
        _way(way) if way else switch_in,
        (Offer(True), Offer(False)),
        later=later,
        variable="DESKTERM_NOTIFY" if way else "",
    )


def _text(
    name: str,
    group: Group,
    title: str,
    help: str,  # noqa: A002
    usual: str,
    check: Callable[[object], Value] = words,
) -> Entry:
    return Entry(name, group, title, help, "", check, check, (Offer("", usual),), free=True)


_MOTION = (Offer("full", "pages glide"), Offer("none", "nothing moves"))
_ADVANCE = (Offer("next", "open the next one"), Offer("stay", "go back to the list"))
_LIST_TIMES = (Offer("relative", "3m, 2h, 1d"), Offer("absolute", "12:03, Mon, 20 Nov"))
_HOURS = (Offer("24", "15:04"), Offer("12", "3:04 pm"))
_ORDER = (
    Offer("day-month", "20 Nov 2025"),
    Offer("month-day", "Nov 20, 2025"),
    Offer("iso", "2025-11-20"),
)
_KEYS = (Offer("default"), Offer("emacs"), Offer("vscode"))
_DELAYS = tuple(Offer(each) for each in (0.0, 0.5, 1.5, 3.0, 5.0, 10.0))

ENTRIES: Final[tuple[Entry, ...]] = (
    _choice("theme", Group.LOOK, "Theme", "The colours of everything.", THEMES),
    _choice("motion", Group.LOOK, "Motion", "Whether anything may glide; over ssh nothing does.", _MOTION),
    _text(
        "language",
        Group.LOOK,
        "Language",
        "The words of the console, as in `de`; English is complete.",
        "as the system says",
        _language,
    ),
    _choice("list_times", Group.DATES, "Times in lists", "How old, or when.", _LIST_TIMES),
    _choice("hours", Group.DATES, "Clock", "A day of 24 hours, or twice 12.", _HOURS),
    _choice("date_order", Group.DATES, "Dates", "The order of day, month and year.", _ORDER),
    _text(
        "time_zone",
        Group.DATES,
        "Time zone",
        "Where you are, as in `Europe/Berlin`; useful over ssh.",
        "this machine's",
        _zone,
    ),
    _choice("advance", Group.READING, "After resolving", "What follows a resolved or snoozed one.", _ADVANCE),
    Entry(
        "read_delay",
        Group.READING,
        "Read after",
        "Seconds in view until a conversation counts as read.",
        1.5,
        seconds(_LONGEST),
        seconds_in(_LONGEST),
        _DELAYS,
        free=True,
    ),
    _switch(
        "send_on_enter",
        Group.WRITING,
        "Enter sends",
        "For agents; then ^J starts a new line. ^S sends always.",
        False,
    ),
    _switch(
        "chat_send_on_enter",
        Group.WRITING,
        "Enter sends in the chat",
        "For customers; ^J starts a new line and ^S sends always.",
        True,
    ),
    _text(
        "editor",
        Group.WRITING,
        "Editor",
        "What ^G opens, as in `code --wait`.",
        "$VISUAL or $EDITOR",
    ),
    _switch("bell", Group.NEWS, "Bell", "Ring when something comes.", True, way="bell"),
    _switch(
        "notifications",
        Group.NEWS,
        "Desktop notifications",
        "Show one while you look elsewhere.",
        True,
        way="desktop",
    ),
    _switch(
        "window_title",
        Group.NEWS,
        "Window title",
        "Unread conversations in the window's title.",
        True,
        way="title",
    ),
    _choice(
        "keys", Group.KEYBOARD, "Keys", "Which keys to start from; keys.toml changes single ones.", _KEYS
    ),
    _switch(
        "mouse",
        Group.KEYBOARD,
        "Mouse",
        "Clicks and the wheel; without it the terminal selects.",
        True,
        later=True,
    ),
    _switch("tips", Group.KEYBOARD, "Tips", "Say which key would have been shorter.", True),
)

#: What only agents, and what only customers have a use for.
_AGENTS: Final = frozenset({"list_times", "advance", "send_on_enter", "keys", "tips"})
_CUSTOMERS: Final = frozenset({"chat_send_on_enter"})


def entries_for(*, customer: bool) -> tuple[Entry, ...]:
    """The entries that mean something to a customer, or to an agent."""
    needless = _AGENTS if customer else _CUSTOMERS
    return tuple(entry for entry in ENTRIES if entry.name not in needless)


BY_NAME: Final = {entry.name: entry for entry in ENTRIES}
