"""The inbox as it was last seen, while the desk opens: rows and a cursor to move, marked as old."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widget import Widget

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.local.first_page import FirstPage
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command, Context
from deskterm.commands.panels import of_panel
from deskterm.commands.table import of_place
from deskterm.protocol.records import Role
from deskterm.screens.base import SignedIn, SignedOut
from deskterm.screens.inbox.frame import InboxFrame
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.inbox.views import views
from deskterm.settings import Settings
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.chrome.stand_in import StandIn
from deskterm.widgets.chrome.title_bar import Link
from deskterm.widgets.chrome.views import View
from deskterm.widgets.conversations.states import Sentence

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class FirstPageScreen(InboxFrame):
    """Shows the page that is kept here; the desk takes its place as soon as it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(of_panel(Context.START))]
    opening = True

    def __init__(
        self,
        open_desk: "Callable[[], Awaitable[Desk]]",
        page: FirstPage,
        settings: Settings,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(settings, now)
        self._open_desk = open_desk
        self._page = page

    def conversation_pane(self) -> Widget:
        """What an inbox says where no conversation is open."""
        pane = StandIn(Sentence("No conversation is open."))
        pane.id = "conversation"
        return pane.add_class("pane")

    def now_or_later(self, pane: Widget) -> ComposeResult:
        """What this window shows; the rest comes with the desk, a moment later."""
        where: dict[Widget, set[str]] = {self.nav: {"-wide", "-huge"}, self.sidebar: {"-huge"}}
        shown_in = where.get(pane, {"-tiny", "-short"})
        if self.classes & shown_in:
            yield pane

    def on_mount(self) -> None:
        """Show what is known; begin to open only when it is on the screen."""
        me = self._page.me
        shown = views(me)
        self.bar.set_person(me.organization.name, me.name, "admin" if is_admin(me) else "staff")
        self.bar.set_unread(sum(1 for each in self._page.rows if each.unread))
        self.tabs.set_views([View(each.title) for each in shown], 1)
        self.nav.set_views([View(each.title) for each in shown], 1)
        self.list.set_heading(shown[0].title)
        self.list.set_show_assignee(shown[0].mixed)
        self.list.set_empty(shown[0].empty, shown[0].hint, mark="✓")
        self.list.set_rows(self._page.rows)
        self.keys_changed()
        self._say("connecting")
        self.call_after_refresh(self.action_open_desk)

    def offered(self) -> list[Command]:
        """What there is before a desk is open."""
        return of_place(Context.START)

    def keys_changed(self) -> None:
        """Name the keys that are in force now: to try again only where it failed."""
        wanted = ("app.quit",) if self.opening else ("start.again", "start.sign_in", "app.quit")
        self.footer.set_hints([each for name in wanted if (each := self.keymap.hint(name))])

    def action_open_desk(self) -> None:
        """Try to open the desk."""
        self.bar.set_link(Link.CONNECTING)
        self.opening = True
        self.run_worker(self._open(), group="open", exclusive=True, exit_on_error=False)

    def action_sign_in(self) -> None:
        """Sign in as somebody else, or elsewhere."""
        self.post_message(SignedOut())

    async def _open(self) -> None:
        # Beside the event loop, so that keys move the cursor meanwhile.
        await asyncio.to_thread(importlib.import_module, "deskterm.client.http.api")
        await asyncio.to_thread(importlib.import_module, "deskterm.screens.inbox.screen")
        try:
            desk = await self._open_desk()
        except ClientError as error:
            if isinstance(error, ApiError) and error.code == "unauthenticated":
                self.post_message(SignedOut(error.sentence))
                return
            self.opening = False
            self.bar.set_link(Link.OFFLINE)
            self.keys_changed()
            self._say(error.sentence)
            return
        me = desk.replica.me
        self.post_message(SignedIn(desk, me.role if me and me.role else Role.CUSTOMER))

    def _say(self, state: str) -> None:
        self.row.show_words(tr("as of {time} · {state}", time=clock(self._page.at, self.now()), state=state))
