"""Questions about files of this machine: which one to send, and where to put one that came."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from platformdirs import user_downloads_path
from textual.app import App

from deskterm.client.saving import free_place, wrong_files, wrong_place
from deskterm.protocol.records import Attachment
from deskterm.screens.questions import Ask, Choose
from deskterm.text.filename import safe_filename
from deskterm.text.paths import typed_path, typed_paths
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice

FILE, PLACE = "file", "place"
_ANOTHER = "another"


def ask_for_files(app: App[int], title: str, note: str, then: Callable[[list[Path]], object]) -> None:
    """Which files of this machine; `then` hears of those that can be sent."""

    def answered(values: Mapping[str, str] | None) -> None:
        if values is not None:
            then(typed_paths(values[FILE]))

    app.push_screen(Ask(title, [file_field()], wrong_answer, note), answered)


def ask_about_attached(
    app: App[int], files: Sequence[Path], another: Callable[[], object], remove: Callable[[Path], object]
) -> None:
    """Whether another file goes with the text, or which of these does not."""
    choices = [
        Choice(str(place), tr("Without {name}", name=safe_line(file.name)), mark="▤")
        for place, file in enumerate(files)
    ]

    def chosen(choice: str | None) -> None:
        if choice == _ANOTHER:
            another()
        elif choice is not None:
            remove(files[int(choice)])

    app.push_screen(
        Choose(tr("Files with the text"), [Choice(_ANOTHER, tr("Another file…"), mark="+"), *choices]), chosen
    )


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
