"""Choosing a canned reply by a part of its name, with its text below; and the way to new, edit and delete."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.commands.model import Context
from deskterm.protocol.canned_replies import CannedReply
from deskterm.screens.over import Over
from deskterm.screens.patience import Arriving
from deskterm.text.placeholders import Filled
from deskterm.text.safe import safe_line
from deskterm.text.width import fit
from deskterm.text.words import later, tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.composer.canned_preview import CannedPreview

#: Cells for the shortcut before the title.
_SHORTCUT_CELLS = 14
_DELETES = later("{key} again deletes {shortcut} for everybody. Any other key keeps it.")
_DELETES_OWN = later("{key} again deletes {shortcut} for you. Any other key keeps it.")
_USING = later("↑↓ choose  ⏎ insert")
_MANAGING = later("↑↓ choose  ⏎ edit")


class Wish(Enum):
    """What is to be done with the canned reply."""

    USE = "use"
    EDIT = "edit"
    NEW = "new"
    DELETE = "delete"


@dataclass(slots=True, frozen=True)
class Chosen:
    """One was chosen; `typed` is what stood in the field."""

    wish: Wish
    reply_id: str | None
    typed: str


class ChooseCanned(Arriving, Over[None]):
    """The canned replies, those used last first.

    What was chosen is told while the key is handled, so that what is typed after it comes behind the text.
    """

    panel = Context.CANNED
    unsaid = frozenset({"canned.take"})

    def __init__(
        self,
        replies: Sequence[CannedReply],
        filled: Callable[[CannedReply], Filled],
        answer: Callable[[Chosen | None], None],
        *,
        typed: str = "",
        use: bool = True,
    ) -> None:
        """`filled` makes the preview, `answer` is told the choice; without `use`, Enter edits."""
        super().__init__()
        self._replies: dict[str, CannedReply] = {}
        self._filled = filled
        self._answer = answer
        self._typed = typed
        self._use = use
        self._trouble = ""
        self._doomed: str | None = None
        self._picker = Picker(
            tr("Canned replies"),
            self._choices(replies),
            placeholder=tr("shortcut or title"),
            classes="pane",
        )
        self._preview = CannedPreview()

    def may(self, command_id: str) -> bool:
        """Where Enter edits, no other key has to."""
        return self._use or command_id != "canned.edit"

    def hints(self) -> str:
        """Enter inserts the text, or edits it."""
        return f"{tr(_USING if self._use else _MANAGING)}  {super().hints()}"

    def compose(self) -> ComposeResult:
        """The picker and the text of what is marked in one panel."""
        with Vertical(classes="canned"):
            yield self._picker
            yield self._preview

    def on_mount(self) -> None:
        """Type at once."""
        self.set_focus(self._picker.field)
        self._picker.field.value = self._typed
        self._picker.field.cursor_position = len(self._typed)
        self.watch(self._picker.field, "value", self._typing, init=False)
        self._draw()

    def show(self, replies: Sequence[CannedReply], trouble: str = "") -> None:
        """Offers these from now on; `trouble` says why they may not be all."""
        self._trouble = trouble
        self._picker.set_choices(self._choices(replies))
        self._draw()
        self.arrived()

    async def action_take(self) -> None:
        """Take the one that is marked, once the list follows what was typed."""
        arrived = asyncio.Event()
        if self._picker.call_later(arrived.set):
            await arrived.wait()
        reply_id = self._picker.highlighted
        if reply_id is not None:
            self._finish(Wish.USE if self._use else Wish.EDIT, reply_id)

    def action_wish(self, wish: str) -> None:
        """Edit, make or delete one; deleting is asked for twice."""
        wanted, at = Wish(wish), self._picker.highlighted
        reply = self._replies.get(at or "")
        if wanted is Wish.NEW:
            self._finish(wanted, None)
        elif reply is None:
            self._preview.say(tr("There is none to choose. {key} makes one.", key=self.key("canned.new")))
        elif wanted is Wish.DELETE and self._doomed != reply.id:
            self._doomed = reply.id
            question = _DELETES if reply.shared else _DELETES_OWN
            self._preview.say(tr(question, key=self.key("canned.delete"), shortcut=reply.shortcut))
        else:
            self._finish(wanted, reply.id)

    def _typing(self) -> None:
        """The marked one changes with what is typed; where nothing matches that is told by nobody."""
        self.call_after_refresh(self._draw)

    @on(Picker.Highlighted)
    def _highlighted(self) -> None:
        self._draw()

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        self._finish(Wish.USE if self._use else Wish.EDIT, event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self) -> None:
        self.dismiss(None)
        self._answer(None)

    def _finish(self, wish: Wish, reply_id: str | None) -> None:
        self.dismiss(None)
        self._answer(Chosen(wish, reply_id, self._picker.field.value))

    def _choices(self, replies: Sequence[CannedReply]) -> list[Choice]:
        self._replies = {each.id: each for each in replies}
        return [
            Choice(
                each.id,
                f"{fit(safe_line(each.shortcut), _SHORTCUT_CELLS)} {each.title}",
                "" if each.shared else tr("own"),
            )
            for each in replies
        ]

    def _draw(self) -> None:
        """The text of what is marked; the question about deleting is over."""
        self._doomed = None
        reply = self._replies.get(self._picker.highlighted or "")
        if reply is not None:
            self._preview.show(self._filled(reply))
        elif self._trouble:
            self._preview.say(self._trouble)
        elif self._replies:
            self._preview.say(tr("{key} makes one of this name.", key=self.key("canned.new")))
        else:
            self._preview.say(tr("No canned replies yet. {key} makes the first.", key=self.key("canned.new")))
