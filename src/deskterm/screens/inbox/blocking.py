"""Blocking the visitor of a conversation, or the address they write from, and taking that back."""

from ipaddress import ip_address, ip_network

from deskterm.client.errors import ClientError
from deskterm.protocol.records import ContactKind, Conversation
from deskterm.screens.inbox.merging import Merging
from deskterm.screens.inbox.undo import BlockUndo, Undoable
from deskterm.screens.questions import Choose
from deskterm.screens.sentences import refused
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice

#: Bits of a network that one house or office usually has.
_SHARED = {4: 24, 6: 64}


class Blocking(Merging):
    """What blocked visitors send is answered as ever, and nobody sees it."""

    def action_block(self) -> None:
        """Choose what of the visitor to block."""
        target = self.ticket
        if target is None:
            return
        if target.contact is None or target.contact.kind is not ContactKind.VISITOR:
            self.say(tr("#{number} is of no website visitor.", number=target.number))
            return
        title = tr("Block in #{number}: what they send is answered and not kept", number=target.number)

        def chosen(what: str | None) -> None:
            if what is not None:
                self.work(self._block(target, what), "change")

        self.app.push_screen(Choose(title, choices(target)), chosen)

    async def _block(self, target: Conversation, what: str) -> None:
        contact = target.contact
        who = {"network": what} if what else {"contact_id": contact.id if contact else ""}
        name = what or (contact.label if contact else "")
        try:
            made = await self.desk.api.block(**who, reason=tr("from #{number}", number=target.number))
        except ClientError as error:
            self.complain(tr("Nobody is blocked: {why}", why=refused(error)))
            return
        words = tr("{name} is blocked", name=safe_line(name))
        self.remember(BlockUndo(target.id, made.id, words))
        self.say(tr("{words} · {@undo:u} takes it back", words=words))

    async def take_back(self, undo: Undoable) -> None:
        """Take one change back; a block by removing it."""
        if not isinstance(undo, BlockUndo):
            await super().take_back(undo)
        elif not self.is_offline_for(undo):
            try:
                await self.desk.api.unblock(undo.block_id)
            except ClientError as error:
                self.complain(tr("“{words}” is not taken back: {why}", words=undo.words, why=refused(error)))
                return
            self.say(tr("Taken back: {words}", words=undo.words))


def choices(conversation: Conversation) -> list[Choice]:
    """The visitor, the address they write from, and the network around it."""
    contact = conversation.contact
    found = [Choice("", tr("This visitor"), contact.label if contact else "")]
    try:
        address = ip_address(str(conversation.metadata.get("ip", "")))
    except ValueError:
        return found
    around = ip_network(f"{address}/{_SHARED[address.version]}", strict=False)
    return [
        *found,
        Choice(str(address), tr("Everybody at this address"), str(address)),
        Choice(str(around), tr("Everybody in this network"), str(around)),
    ]
