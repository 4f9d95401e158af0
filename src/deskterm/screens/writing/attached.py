"""Files that go with a text: named while it is written, gone with it, kept until the program ends."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.protocol.records import Visibility
from deskterm.screens.writing.drafts import Drafts
from deskterm.text.safe import safe_line
from deskterm.widgets.composer.pane import Composer

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class Attached:
    """Those of every conversation's reply and note; the composer shows those of the one that is open."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._files: dict[tuple[str, Visibility], list[Path]] = {}
        self._open: str | None = None

    def write_in(self, conversation_id: str) -> None:
        """Show those of another conversation."""
        self._open = conversation_id
        for kind in Visibility:
            self._draw(conversation_id, kind)

    def of(self, conversation_id: str, kind: Visibility) -> tuple[Path, ...]:
        """What goes with the text there."""
        return tuple(self._files.get((conversation_id, kind), ()))

    def add(self, conversation_id: str, kind: Visibility, files: Sequence[Path]) -> None:
        """Let these go along; one that does already goes once."""
        known = self._files.setdefault((conversation_id, kind), [])
        known += [each for each in dict.fromkeys(files) if each not in known]
        self._draw(conversation_id, kind)

    def remove(self, conversation_id: str, kind: Visibility, file: Path) -> None:
        """Let one not go along."""
        self._files[conversation_id, kind].remove(file)
        self._draw(conversation_id, kind)

    def move(self, before: str, after: str, kind: Visibility) -> None:
        """A text goes on in another conversation, and its files with it."""
        if files := self.take(before, kind):
            self.add(after, kind, files)

    def take(self, conversation_id: str, kind: Visibility) -> tuple[Path, ...]:
        """What goes out now: nothing waits there after it."""
        taken = tuple(self._files.pop((conversation_id, kind), ()))
        self._draw(conversation_id, kind)
        return taken

    def _draw(self, conversation_id: str, kind: Visibility) -> None:
        if conversation_id == self._open:
            self._composer.set_files([each.name for each in self.of(conversation_id, kind)], kind)


def give_up_upload(desk: "Desk", drafts: Drafts, conversation_id: str) -> str | None:
    """Take back the newest message whose files are not sent, its text to be written on: their names."""
    item = desk.replica.outgoing.newest_with_files(conversation_id)
    if item is None:
        return None
    desk.give_up(item.id)
    drafts.put_above(conversation_id, item.visibility, item.body)
    return safe_line(", ".join(each.name for each in item.files))
