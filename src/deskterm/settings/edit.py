"""Changing one line of settings.toml and leaving all others, with their comments, as they are."""

from collections.abc import Mapping

from deskterm.settings.entry import Value


class Unreadable(Exception):
    """The text is no TOML, so that nothing can be changed in it safely; the message says where and why."""


def changed(text: str, changes: Mapping[str, Value | None]) -> str:
    """`text` with other values; None takes an entry out, so that its default counts. Raises Unreadable."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    try:
        document = tomlkit.parse(text)
    except ParseError as error:
        raise Unreadable(f"settings.toml:{error.line} is not TOML; put it right first") from error
    for name, value in changes.items():
        if value is None:
            document.pop(name, None)
        else:
            document[name] = value
    return tomlkit.dumps(document)
