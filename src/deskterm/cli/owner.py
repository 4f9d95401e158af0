"""Whose a file is that may not be opened: most often the verb is only run as the wrong user."""

import os
from pathlib import Path

from deskterm.text.words import tr


def whose(path: str) -> str:
    """What to do where the file, or what it lies in, is another user's; empty where it is one's own."""
    if os.name != "posix":
        return ""
    for each in (Path(path), *Path(path).parents):
        try:
            owner = each.stat().st_uid
        except OSError:  # nobody may look into its folder, or it is not there yet
            continue
        if owner != os.geteuid():
            return tr("It belongs to {owner}: run this as that user.", owner=_name(owner))
        break
    return ""


def _name(user: int) -> str:
    import pwd  # only where files have owners

    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
