"""Names of files that somebody else chose, made into names that any file system and any screen can bear."""

import re
import unicodedata

LONGEST = 120  # characters
UNNAMED = "file"
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)
#: Controls, format characters (bidi, zero width, tags), surrogates, private and unassigned ones.
_NOT_PRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_filename(name: str) -> str:
    """The last part of `name`, without what hides, moves or reserves anything; idempotent.

    No folder, no control or bidi character, no leading dot, no name that Windows keeps for a device, at most
    120 characters with the ending kept.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    shown = "".join(" " if each.isspace() else each for each in last if _is_shown(each))
    plain = _FORBIDDEN.sub("_", " ".join(shown.split())).strip(" .")
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    return _shortened(plain) or UNNAMED


def _is_shown(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _NOT_PRINTED


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 12:
        return name[:LONGEST].rstrip(" .")
    return f"{stem[: LONGEST - len(ending) - 1].rstrip(' .')}.{ending}"
