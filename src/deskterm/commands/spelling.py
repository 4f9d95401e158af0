"""The names of keys, as people write them and as the table of commands has them."""

from difflib import get_close_matches
from typing import Final

from deskterm.text.words import tr

#: What people also call some keys.
_ALSO: Final = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "question_mark": "?",
    "colon": ":",
    "semicolon": ";",
    "slash": "/",
    "greater": ">",
}

_NAMED: Final = frozenset(
    {
        "enter",
        "escape",
        "tab",
        "space",
        "backspace",
        "delete",
        "insert",
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
    }
    | {f"f{number}" for number in range(1, 13)}
)

_MODIFIERS: Final = ("ctrl", "alt", "shift")

#: Many terminals send h as backspace, i as tab, m as enter.
_MISTAKEN: Final = {
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+space": "ctrl+@",
    "shift+enter": "enter",
    "ctrl+enter": "enter",
    "alt+enter": "enter",
}

#: What every terminal can send with a modifier.
_SAFE: Final = frozenset(
    {"shift+tab"}
    | {f"ctrl+{letter}" for letter in "abcdefgjklnopqrstuvwxyz"}
    | {f"alt+{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}
)


class Misspelt(ValueError):
    """No key is called so; the text says it, and which one may be meant."""


def spell(text: str) -> str:
    """A key or a chord as the table has it: `Ctrl+R` is `ctrl+r`, `g i` and `g>i` are `g>i`. Misspelt."""
    parts = text.replace(">", " ").split() if len(text.strip()) > 1 else [text.strip()]
    if not parts or not parts[0]:
        raise Misspelt(tr("a key without a name"))
    return ">".join(_spell_one(part) for part in parts)


def doubt(key: str) -> str:
    """Why a single key may not arrive from every terminal; nothing for those that do."""
    if key in _MISTAKEN:
        return tr("many terminals send {other} for {key}", other=_MISTAKEN[key], key=key)
    if "+" in key[:-1] and key not in _SAFE:
        return tr("many terminals cannot send {key}", key=key)
    return ""


def typable(key: str) -> bool:
    """Whether every terminal can send this single key."""
    named = key in _NAMED or key in _SAFE or (len(key) == 1 and key.isprintable() and key != " ")
    return named and not doubt(key)


def prints(key: str) -> bool:
    """Whether a text field takes the key as text, so that no command hears it there."""
    return key in ("space", "enter") or len(key) == 1


def _spell_one(text: str) -> str:
    if len(text) == 1:
        return text
    *modifiers, name = text.removesuffix("+").split("+") if text.endswith("++") else text.split("+")
    name = "+" if text.endswith("++") else name
    modifiers = [each.lower() for each in modifiers]
    unknown = [each for each in modifiers if each not in _MODIFIERS]
    if unknown:
        raise Misspelt(tr("no key is called “{text}”: it begins with ctrl, alt or shift", text=text))
    if modifiers == ["shift"] and len(name) == 1 and name.isalpha():
        return name.upper()
    if len(name) > 1:
        name = _ALSO.get(name.lower(), name.lower())
    elif modifiers:
        name = name.lower()
    if len(name) > 1 and name not in _NAMED:
        near = get_close_matches(name, sorted(_NAMED | set(_ALSO)), 1)
        raise Misspelt(
            tr("no key is called “{text}”", text=text)
            + (tr("; do you mean {near}?", near=near[0]) if near else "")
        )
    return "+".join([*(each for each in _MODIFIERS if each in modifiers), name])
