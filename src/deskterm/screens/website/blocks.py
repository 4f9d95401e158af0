"""Who is blocked, for admins: visitors and networks whose messages are answered and not kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.client.http.website_calls import Block
from deskterm.commands.model import Context
from deskterm.screens.questions import Ask
from deskterm.screens.website.listing import ServerList
from deskterm.text.safe import safe_line
from deskterm.text.times import relative
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class BlocksScreen(ServerList):
    """The blocks, newest first; the last one that was removed can be put back."""

    panel = Context.BLOCKS

    def __init__(self, desk: "Desk", now: Callable[[], datetime]) -> None:
        super().__init__(desk, tr("Blocked"), tr("type a name, an address"))
        self._now = now
        self._known: dict[str, Block] = {}
        self._removed: list[Block] = []

    def nothing(self) -> str:
        """Nobody is blocked."""
        return tr(
            "Nobody is blocked: {block} on a visitor's conversation blocks them, {key} a network.",
            block=self.key("ticket.block"),
            key=self.key("blocks.new"),
        )

    async def find(self) -> Sequence[Choice]:
        """The newest ones."""
        page = await self.desk.api.blocks()
        self._known = {each.id: each for each in page.items}
        return [Choice(each.id, named(each), self._detail(each)) for each in page.items]

    def _detail(self, block: Block) -> str:
        by = tr("by {name}", name=block.created_by.name)
        parts = (block.reason or "", by, relative(block.created_at, self._now()))
        return " · ".join(each for each in parts if each)

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()

    # --- changing ----------------------------------------------------------------------------------------

    def action_new(self) -> None:
        """Ask for an address or a network."""
        fields = [
            Field("network", tr("Network"), "", "203.0.113.7, 203.0.113.0/24"),
            Field("reason", tr("Reason"), "", tr("for colleagues"), required=False),
        ]
        self.app.push_screen(Ask(tr("Block an address or a network"), fields), self._asked)

    def _asked(self, values: Mapping[str, str] | None) -> None:
        if values is not None:
            self._block(network=values["network"].strip(), reason=values["reason"].strip())

    @work(exit_on_error=False)
    async def _block(self, **fields: str | None) -> None:
        try:
            made = await self.desk.api.block(**fields)
        except ClientError as error:
            self.complain(error)
            return
        self.load(made.id)

    def action_remove(self) -> None:
        """Let somebody be heard again."""
        block = self._known.get(self.picker.highlighted or "")
        if block is not None:
            self._remove(block)

    @work(exit_on_error=False)
    async def _remove(self, block: Block) -> None:
        try:
            await self.desk.api.unblock(block.id)
        except ClientError as error:
            self.complain(error)
            return
        self._removed.append(block)
        back = self.key("blocks.back")
        self.tell(tr("{name} is heard again · {key} takes it back", name=safe_line(named(block)), key=back))
        self.load()

    def action_back(self) -> None:
        """Block again whom one has unblocked here, the last one first."""
        if self._removed:
            block = self._removed.pop()
            contact_id = block.contact.id if block.contact else None
            self._block(contact_id=contact_id, network=block.network, reason=block.reason)


def named(block: Block) -> str:
    """Whom a block is about."""
    return block.network or (block.contact.name if block.contact else tr("somebody"))
