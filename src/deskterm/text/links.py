"""Addresses in what people wrote: found, and told apart from what they pretend to be."""

import re
from urllib.parse import urlsplit

from deskterm.text.safe import safe

#: Addresses that a reader may follow; they are shown as what they are, never under another name.
ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"'‹›]+[^\s<>\"'‹›.,;:!?)\]}]")


def links(text: str) -> list[str]:
    """The addresses in `text`, as they are shown, in their order and each once."""
    return list(dict.fromkeys(found[0] for found in ADDRESS.finditer(safe(text))))


def is_plain(address: str) -> bool:
    """Whether it leads where a reader takes it to lead, so that a terminal may open it by a click."""
    scheme, _, rest = address.partition(":")
    where = rest if scheme.lower() == "mailto" else rest.removeprefix("//").lower()
    target = goes_to(address)
    return address.isascii() and bool(target) and where.startswith(target)


def goes_to(address: str) -> str:
    """Where an address really leads: the server without user names, in ASCII, or the mailbox.

    `https://bank.example@evil.example/` leads to evil.example, and `https://pаypal.com` with a Cyrillic
    letter to xn--pypal-4ve.com. Nothing where no server can be told: such an address must not be opened.
    """
    scheme, _, rest = address.partition(":")
    if scheme.lower() == "mailto":
        return rest.partition("?")[0]
    if "\\" in address:  # browsers take it for a slash, others do not
        return ""
    try:
        host = urlsplit(address).hostname or ""
        return host.encode("idna").decode() if not host.isascii() else host
    except (ValueError, UnicodeError):
        return ""
