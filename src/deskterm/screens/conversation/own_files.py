"""Questions about files of this machine: which one to send, and where to put one that came."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_downloads_path

from deskterm.client.saving import wrong_file, wrong_place
from deskterm.protocol.records import Attachment
from deskterm.text.filename import safe_filename
from deskterm.text.paths import typed_path
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field

FILE, PLACE = "file", "place"


def file_field() -> Field:
    """Asks which file to send."""
    return Field(FILE, tr("File"), placeholder=tr("~/pictures/shot.png, → completes"), path=True)


def place_field(attachment: Attachment) -> Field:
    """Asks where to put a file."""
    downloads = user_downloads_path()
    folder = downloads if downloads.is_dir() else Path.home()
    return Field(PLACE, tr("Save as"), str(folder / safe_filename(attachment.filename)), path=True)


def wrong_answer(values: Mapping[str, str]) -> str | None:
    """Why the file that was named cannot be sent."""
    return wrong_file(typed_path(values[FILE]))


def wrong_target(values: Mapping[str, str]) -> str | None:
    """Why nothing can be put where it was said."""
    return wrong_place(typed_path(values[PLACE]))
