"""Questions about files of this machine: which one to send, and where to put one that came."""

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_downloads_path

from deskterm.client.saving import free_place, wrong_files, wrong_place
from deskterm.protocol.records import Attachment
from deskterm.text.filename import safe_filename
from deskterm.text.paths import typed_path, typed_paths
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field

FILE, PLACE = "file", "place"


def file_field() -> Field:
    """Asks which file to send."""
    return Field(FILE, tr("File"), placeholder=tr("~/pictures/shot.png, → completes"), path=True)


def place_field(attachment: Attachment) -> Field:
    """Asks where to put a file."""
    return Field(PLACE, tr("Save as"), str(_downloads() / safe_filename(attachment.filename)), path=True)


def usual_place(attachment: Attachment) -> Path:
    """Where a file goes without a question: among the downloads, over no other."""
    return free_place(_downloads(), safe_filename(attachment.filename))


def _downloads() -> Path:
    downloads = user_downloads_path()
    return downloads if downloads.is_dir() else Path.home()


def wrong_answer(values: Mapping[str, str]) -> str | None:
    """Why what was named cannot be sent."""
    return wrong_files(typed_paths(values[FILE]))


def wrong_target(values: Mapping[str, str]) -> str | None:
    """Why nothing can be put where it was said."""
    return wrong_place(typed_path(values[PLACE]))
