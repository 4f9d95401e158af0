"""The files of a thread in lines: which there are, saving one, opening one."""

from collections.abc import Callable, Sequence
from pathlib import Path

from deskterm.client.desk import Desk
from deskterm.client.saving import files_of, free_place, save, wrong_place
from deskterm.protocol.records import Attachment, Message
from deskterm.terminal.opening import hand_over, is_harmless, opener
from deskterm.text.filename import safe_filename
from deskterm.text.paths import typed_path
from deskterm.text.safe import safe_line
from deskterm.text.sizes import size
from deskterm.text.words import tr


class PlainFiles:
    """Files are counted from the newest, which is 1; a verb without a number means that one."""

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._say = say

    def tell(self, messages: Sequence[Message]) -> None:
        """Name them with their numbers."""
        found = files_of(messages)
        for number, each in enumerate(found, 1):
            self._say(f"{number}: {safe_line(each.filename)}, {size(each.size)}")
        if not found:
            self._say(tr("There is no file here."))

    async def save(self, messages: Sequence[Message], rest: str) -> None:
        """`[number] [path]`: never over another file; without a path here, under its own name."""
        number, _, path = rest.partition(" ")
        if not number.isdecimal():
            number, path = "", rest
        if (file := self._which(messages, number)) is None:
            return
        target = typed_path(path) if path.strip() else free_place(Path.cwd(), safe_filename(file.filename))
        if wrong := wrong_place(target):
            self._say(wrong)
        else:
            await self._is_saved(file, target)

    async def open(self, messages: Sequence[Message], rest: str) -> None:
        """`[number]`: saved here, and shown by the desktop's program if there is one and it runs nothing."""
        if (file := self._which(messages, rest)) is None:
            return
        path, command = free_place(Path.cwd(), safe_filename(file.filename)), opener()
        if not await self._is_saved(file, path) or command is None:
            return
        if not is_harmless(file.filename, file.media_type):
            self._say(tr("It is not opened, for it may run something."))
        elif not await hand_over(command, path):
            self._say(tr("No program took it."))

    def _which(self, messages: Sequence[Message], number: str) -> Attachment | None:
        found = files_of(messages)
        at = int(number or "1") if (number or "1").isdecimal() else 0
        if not found:
            self._say(tr("There is no file here."))
        elif not 0 < at <= len(found):
            self._say(tr("There is no file of that number. /files tells them."))
        else:
            return found[at - 1]
        return None

    async def _is_saved(self, file: Attachment, path: Path) -> bool:
        try:
            await save(self._desk.api, file, path)
        except OSError as error:
            self._say(tr("Not saved: {why}", why=error.strerror or tr("the disk refuses")))
            return False
        self._say(tr("Saved as {path}", path=safe_line(str(path), None)))
        return True
