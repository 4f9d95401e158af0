"""Which editor a person writes in."""

import shlex
import shutil
from collections.abc import Mapping

#: Looked for, in this order, where nobody said which.
USUAL = ("sensible-editor", "nano", "vim", "vi")


class EditorFailed(Exception):
    """The text did not come back; the message is a sentence that says why and what to do."""


def editor_command(chosen: str, environ: Mapping[str, str]) -> list[str]:
    """The words of the command line: of the chosen editor, else `$VISUAL`, `$EDITOR`, a usual one."""
    for source, line in (
        ("the setting", chosen),
        ("VISUAL", environ.get("VISUAL", "")),
        ("EDITOR", environ.get("EDITOR", "")),
    ):
        try:
            words = shlex.split(line)
        except ValueError:
            raise EditorFailed(f"The editor of {source} has a quote without its other half: {line}") from None
        if words:
            return words
    found = next((name for name in USUAL if shutil.which(name)), None)
    if found is None:
        raise EditorFailed("There is no editor here. Set VISUAL or EDITOR to one.")
    return [found]
