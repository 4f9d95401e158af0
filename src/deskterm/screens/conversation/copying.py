"""Taking things out of the console: onto the clipboard, or into a browser."""

import asyncio
import webbrowser
from collections.abc import Sequence

from deskterm.client.errors import ClientError
from deskterm.commands.model import Context
from deskterm.protocol.records import Conversation, Message
from deskterm.screens.alerts import Alerts
from deskterm.screens.conversation.chosen import newest, selected
from deskterm.screens.conversation.sources import Sources
from deskterm.screens.questions import Choose
from deskterm.screens.sentences import brief
from deskterm.terminal.app import TerminalApp
from deskterm.terminal.capabilities import here
from deskterm.terminal.clipboard import copy
from deskterm.text.links import goes_to, links
from deskterm.text.safe import safe, safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice

#: Seconds for which it is said what was copied, and how.
_SAID = 6.0
#: Cells of the copied text that are said.
_SHOWN = 36


class Copying(Sources):
    """`y` and a letter copies, `L` lists the links; and the window tells news."""

    _alerts: Alerts | None = None

    def on_mount(self) -> None:
        """Begin to tell."""
        if isinstance(self.app, TerminalApp):
            self._alerts = Alerts(self.desk, self.app.voice, self._has_keyboard, self._looked_at)

    def on_unmount(self) -> None:
        """Tell no more."""
        if self._alerts is not None:
            self._alerts.stop()

    def listing_drawn(self) -> None:
        """The rows changed, and with them what is unread."""
        super().listing_drawn()
        if self._alerts is not None:
            self._alerts.show_unread()

    def _has_keyboard(self) -> bool:
        return self.app.app_focus

    def _looked_at(self) -> str | None:
        return self.reading.conversation_id if self.reading_mode else None

    def action_copy(self, what: str) -> None:
        """Copy the message, the ticket's number, the newest link or the contact's e-mail address."""
        target = self.target
        if target is None:
            self.say("There is nothing to copy here.")
        elif what == "ticket":
            self._take(f"#{target.number}", tr("the ticket's number"))
        elif what == "email":
            self._take(target.contact.email if target.contact else None, tr("an e-mail address"))
        elif what == "message" and self.context is Context.THREAD and (marked := selected(self)):
            self._take(marked, tr("the selected text"))
        elif what == "message" and (pointed := self.pointed()) is not None:
            self._take(safe(pointed.body).strip(), tr("the message"))
        else:
            self.work(self._copy_from_thread(target, what), "copy", exclusive=True)

    async def _copy_from_thread(self, target: Conversation, what: str) -> None:
        messages = await self._messages(target)
        if what == "message":
            message = newest(messages)
            self._take(safe(message.body).strip() if message else None, tr("a message"))
        else:
            found = [each for message in messages if not message.deleted for each in links(message.body)]
            self._take(found[-1] if found else None, tr("a link"))

    async def _messages(self, target: Conversation) -> Sequence[Message]:
        """What was said, loaded if need be; nothing where that fails, which is told."""
        try:
            await self.desk.open_conversation(target.id)
        except ClientError as error:
            self.complain(
                tr("The messages of #{number} are not here: {why}", number=target.number, why=brief(error))
            )
            return ()
        thread = self.desk.replica.thread(target.id)
        return thread.messages if thread else ()

    def _take(self, text: str | None, what: str) -> None:
        if text:
            self.work(self._copy(text, what), "clipboard", exclusive=True)
        else:
            self.say(tr("There is no {what} to copy here.", what=what.partition(" ")[2]))

    async def _copy(self, text: str, what: str) -> None:
        route = await copy(text, self.app.copy_to_clipboard)
        shown = safe_line(text, _SHOWN)
        self.notify(
            tr("Copied {what}, {route}.\n{shown}", what=what, route=tr(route.value), shown=shown),
            timeout=_SAID,
            markup=False,
        )

    def action_links(self) -> None:
        """Choose one of the links, by its number or a part of it; Enter opens what is shown."""
        target = self.target
        if target is not None:
            self.work(self._offer_links(target), "links", exclusive=True)

    async def _offer_links(self, target: Conversation) -> None:
        pointed = self.pointed()
        found = _links([pointed] if pointed is not None else await self._messages(target))
        if not found:
            nothing = tr("There is no link in #{number}.", number=target.number)
            self.say(tr("There is no link in this message.") if pointed else nothing)
            return
        opens = here().browser
        choices = [
            Choice(
                each, f"{number}  {each}", goes_to(each) or tr("leads nowhere"), disabled=not goes_to(each)
            )
            for number, each in enumerate(found, 1)
        ]
        title = tr("Open a link") if opens else tr("Copy a link: a browser would open elsewhere")
        self.app.push_screen(Choose(title, choices, tr("number or part of it")), self._link_chosen)

    def _link_chosen(self, link: str | None) -> None:
        if link is not None:
            self.take_link(link)

    def take_link(self, link: str) -> None:
        """Open a link, or copy it where a browser would open elsewhere; one that leads nowhere is refused."""
        if not goes_to(link):
            self.complain("This link leads nowhere.")
        elif here().browser:
            self.work(self._open_link(link), "links")
        else:
            self._take(link, tr("the link"))

    async def _open_link(self, link: str) -> None:
        if await asyncio.to_thread(webbrowser.open, link):
            self.notify(tr("Opened {what}", what=safe_line(link, None)), timeout=_SAID, markup=False)
        else:
            self._take(link, tr("the link, because no browser took it"))


def _links(messages: Sequence[Message]) -> list[str]:
    """Every address that was written: of the newest message first, within one as they stand there."""
    found = [each for message in reversed(messages) if not message.deleted for each in links(message.body)]
    return list(dict.fromkeys(found))
