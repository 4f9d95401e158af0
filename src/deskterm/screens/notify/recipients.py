"""Choosing contacts: each of them by a mark, or all that match what was typed."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ClientError
from deskterm.protocol.records import Contact
from deskterm.screens.questions import TYPING_PAUSE
from deskterm.screens.sentences import brief
from deskterm.screens.several import ChooseSeveral
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: So many contacts one notification can have.
MOST = 10_000


class ChooseContacts(ChooseSeveral):
    """Every contact of the organization, page by page; `found` are those that are known by now."""

    def __init__(self, desk: "Desk", marked: Collection[Contact]) -> None:
        self.found = {each.id: each for each in marked}
        super().__init__(tr("To"), self._rows(), list(self.found), tr("type a name, company or address"))
        self._desk = desk

    def on_mount(self) -> None:
        """Ask for them."""
        self._load()

    @work(exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        cursor: str | None = None
        while len(self.found) < MOST:
            try:
                page = await self._desk.api.contacts(cursor=cursor, limit=200)
            except ClientError as error:
                self.complain(brief(error))
                return
            self.found |= {each.id: each for each in page.items}
            self.offer(self._rows())
            cursor = page.next_cursor
            if cursor is None:
                return

    @on(Picker.Typed)
    def _typed(self, event: Picker.Typed) -> None:
        if len(self.found) >= MOST and event.text.strip():
            self._look_for(event.text)

    @work(exclusive=True, exit_on_error=False)
    async def _look_for(self, typed: str) -> None:
        """Whoever is beyond those that were loaded."""
        await asyncio.sleep(TYPING_PAUSE)
        with suppress(ClientError):  # those that are here can be marked all the same
            found = await self._desk.people_like(typed)
            self.found |= {each.id: each for each in found}
            self.offer(self._rows())

    def _rows(self) -> list[Choice]:
        ordered = sorted(self.found.values(), key=lambda one: one.label.casefold())
        return [
            Choice(each.id, each.label, " · ".join(filter(None, (each.company, each.email))))
            for each in ordered
        ]
