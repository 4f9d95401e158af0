"""Pointing at one message of the open conversation: what verbs are then about, and a menu of them."""

from deskterm.client.errors import ClientError
from deskterm.commands.model import Context
from deskterm.commands.table import BY_ID
from deskterm.protocol.records import Message
from deskterm.screens.conversation.message_menu import RAW, WHOLE, offered, whole
from deskterm.screens.inbox.attending import Attending
from deskterm.screens.keys.keyboard import Keyboard
from deskterm.screens.questions import RUNS, Choose
from deskterm.screens.sentences import brief
from deskterm.screens.text_page import TextPage
from deskterm.text.safe import safe
from deskterm.text.words import tr


class Pointing(Attending):
    """The bar before one message, moved by `{` and `}`."""

    def pointed(self) -> Message | None:
        """The message that verbs are about; None where they are about the conversation."""
        return self.thread.pointed if self.context is Context.THREAD else None

    def action_point(self, step: int) -> None:
        """Point at the message before or after; at the beginning of what is here, load what is before."""
        if self.thread.point(step):
            return
        if step > 0:
            self.thread.action_end()
        elif self.thread.more_before:
            self.work(self._point_older(), "page", exclusive=True)

    async def _point_older(self) -> None:
        try:
            await self.reading.pages.older()
        except ClientError as error:
            self.say(tr("Older messages are not here: {why}", why=brief(error)))
            return
        self.thread.point(-1)

    def action_message(self) -> None:
        """Offer what can be done with the message pointed at, else with the lowest one in view."""
        if self.thread.pointed is None:
            self.thread.point(0)
        message = self.thread.pointed
        if message is None:
            return

        async def chosen(command_id: str | None) -> None:
            if command_id is not None:
                await self.do_with(message, command_id)

        self.app.push_screen(
            Choose(
                tr("Message of {name}", name=message.author.name or tr("the desk")),
                offered(message, self.me),
                hints=tr(RUNS),
            ),
            chosen,
        )

    async def do_with(self, message: Message, choice: str) -> None:
        """Do what was chosen in the menu of a message: a command of the table, or a look at it."""
        if choice == RAW:
            self.app.push_screen(TextPage(tr("As it was written"), safe(message.body)))
        elif choice == WHOLE:
            here = self.reading.conversation
            self.app.push_screen(TextPage(tr("Message"), whole(message, here, self.now())))
        elif isinstance(self.app, Keyboard):
            await self.app.run_command(BY_ID[choice])
