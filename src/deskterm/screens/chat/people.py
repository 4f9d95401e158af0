"""Whom a customer can write to: the people of a room, and the personas that are open for it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from textual import on, work

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.changes import Changes, RoomChanged, RosterChanged
from deskterm.protocol.records import Conversation, Kind
from deskterm.protocol.rooms import RoomMember
from deskterm.screens.chat.places import ChatPlaces
from deskterm.screens.direct.meeting import NO_MORE, meetable, people_rows, persona_rows, recipient
from deskterm.screens.direct.silence import silence
from deskterm.screens.questions import ChooseFound
from deskterm.screens.sentences import brief
from deskterm.settings import Settings
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.places import PlaceList
from deskterm.widgets.conversations.row import is_over

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class ChatPeople(ChatPlaces):
    """The list at the right of a room; a name in it leads to the one direct conversation with them."""

    def __init__(self, desk: "Desk", settings: Settings, now: Callable[[], datetime]) -> None:
        super().__init__(desk, settings, now)
        self._people: dict[str, Sequence[RoomMember]] = {}

    def show(self, conversation: Conversation) -> None:
        """Show a conversation, a room with its people."""
        came = conversation.id != self.shown.conversation_id
        super().show(conversation)
        room = conversation.kind is Kind.GROUP
        self.set_class(room, "-room")
        self._draw_rights(conversation)
        self.draw_footer()
        if room:
            self._draw_people()
            if came or conversation.id not in self._people:
                self._load_people(conversation.id)

    def learnt(self, changes: Changes) -> None:
        """Follow what changed: people come, go and fall silent."""
        super().learnt(changes)
        here = self.shown.conversation_id
        conversation = self.desk.replica.conversation(here or "")
        if conversation is not None and is_over(conversation):
            self._draw_rights(conversation)
        if self.has_class("-room") and any(isinstance(each, RosterChanged) for each in changes):
            self._draw_people()
        changed = any(isinstance(each, RoomChanged) and each.id == here for each in changes)
        if here is not None and conversation is not None and changed:
            self._load_people(here)
            self._draw_rights(conversation)
            if self.composer.field.display and self.focused is None:
                self.set_focus(self.composer.field)

    def _draw_rights(self, conversation: Conversation) -> None:
        """Whether one may write there, and if not, why."""
        muted = tr("You can read here, not write: the people who look after this room decided so.")
        if why := silence(conversation, self.desk.replica, muted):
            self.composer.disable(why)
        else:
            self.composer.enable()

    @work(exclusive=True, group="people", exit_on_error=False)
    async def _load_people(self, room_id: str) -> None:
        try:
            self._people[room_id] = await self.desk.room_members(room_id)
        except ClientError:
            return  # those that were here stay
        if room_id == self.shown.conversation_id:
            self._draw_people()

    def _draw_people(self) -> None:
        room_id = self.shown.conversation_id or ""
        roster = self.desk.replica.roster
        here = people_rows(self._people.get(room_id, ()), roster, self.own_ids)
        self.people.set_rows([*persona_rows(roster), *here])

    def action_people(self) -> None:
        """To the people of the room, and back to the text."""
        if self.people.has_focus:
            self.close_drawers()
        elif self.has_class("-room"):
            self.open_side(self.people, "-drawer-people")
        else:
            self.row.show_words("Only a room has people. {@chat.direct:F7} writes to somebody.")

    @on(PlaceList.Chosen, "#room-people")
    def _person_chosen(self, event: PlaceList.Chosen) -> None:
        room = self._people.get(self.shown.conversation_id or "", ())
        person = next((each for each in room if each.id == event.place_id), None)
        if person is not None and person.id in self.own_ids:
            self.row.show_words("That is you.")
            return
        self.close_drawers()
        self._meet({"persona_id": event.place_id} if person is None else recipient(person))

    def action_direct(self) -> None:
        """Choose somebody to write to: also those of rooms that were not opened yet."""

        async def find() -> Sequence[Choice]:
            for room in (each for each in self.others if each.kind is Kind.GROUP):
                with suppress(ClientError):  # without them the others can be chosen
                    self._people[room.id] = self._people.get(room.id) or await self.desk.room_members(room.id)
            known = [each for people in self._people.values() for each in people]
            offered = meetable(known, self.desk.replica.roster, self.own_ids, self.others)
            nobody = Choice("", tr("Nobody can be written to directly here."), disabled=True)
            return offered or [nobody]

        self.app.push_screen(ChooseFound(tr("Write to"), find, tr("type a name")), self._chosen_to_meet)

    def _chosen_to_meet(self, chosen: str | None) -> None:
        if chosen is None:
            return
        kind, _, who = chosen.partition(":")
        if kind == "conversation":
            self.go_to(who)
        else:
            self._meet({kind: who})

    @work(exclusive=True, group="meet", exit_on_error=False)
    async def _meet(self, who: dict[str, str]) -> None:
        """Come into the one conversation with somebody, which is made if there is none."""
        try:
            conversation = await self.desk.start_direct(**who)
        except ApiError as error:
            self.row.show_words(NO_MORE if error.code == "limit_reached" else error.sentence)
            return
        except ClientError as error:
            self.row.show_words(brief(error))
            return
        self.go_to(conversation.id)
