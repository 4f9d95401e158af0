"""Paths as people type them, and what they could mean."""

from collections.abc import Iterable
from pathlib import Path

from deskterm.text.safe import safe_line


def typed_path(text: str) -> Path:
    """The path that was typed: `~` is one's home, quotes of a dropped file go."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return Path(text.replace("\\ ", " ")).expanduser()


def typed_paths(text: str) -> list[Path]:
    """The file that was typed, or all that fit where its name has `*` or `?` and is no file's itself."""
    path = typed_path(text)
    try:
        if path.exists() or not set("*?") & set(path.name):
            return [path]
        return sorted(each for each in path.parent.glob(path.name) if each.is_file()) or [path]
    except OSError:
        return [path]


def named(paths: Iterable[Path]) -> str:
    """Files by their names, for a sentence."""
    return safe_line(", ".join(each.name for each in paths))


def completed(text: str) -> str | None:
    """`text` with the rest of the first name in its folder that begins so; a folder ends with a slash."""
    folder, begun = (typed_path(text), "") if text.endswith("/") else _parts(text)
    try:
        found = sorted(each.name for each in folder.iterdir() if _fits(each.name, begun))
        if not found:
            return None
        slash = "/" if (folder / found[0]).is_dir() else ""
    except (OSError, ValueError):
        return None
    return text + found[0][len(begun) :] + slash


def _parts(text: str) -> tuple[Path, str]:
    path = typed_path(text)
    return path.parent, path.name


def _fits(name: str, begun: str) -> bool:
    """Hidden files are for those who begin with the dot; a name that cannot be shown is not offered."""
    hidden = name.startswith(".") and not begun.startswith(".")
    return name.startswith(begun) and not hidden and safe_line(name, None) == name
