"""Agents in direct conversations and rooms: beginning one, who is in a room, and keeping order there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from textual import on

from deskterm.client.errors import ApiError, ClientError
from deskterm.client.replica.changes import (
    Change,
    ConversationChanged,
    ConversationGone,
    RoomChanged,
    RosterChanged,
    TypingChanged,
)
from deskterm.protocol.records import AuthorKind, Contact, Conversation, Kind, Message
from deskterm.protocol.rooms import RoomMember
from deskterm.screens.base import LongWay
from deskterm.screens.direct.choose_voice import NOBODY, ChooseVoice
from deskterm.screens.direct.meeting import NO_MORE, agents_meetable, newest_first, people_rows, recipient
from deskterm.screens.direct.places import TYPING_LASTS
from deskterm.screens.direct.sides import takes_part
from deskterm.screens.direct.voice_choices import speakable, voice_choices
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.inbox.views import DIRECT_VIEWS
from deskterm.screens.questions import Ask, Choose, ChooseFound
from deskterm.screens.sentences import brief
from deskterm.screens.writing.speaking import Speaking
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.places import PlaceList
from deskterm.widgets.chrome.views import NavPane


class AgentsDirect(Speaking):
    """What agents do about conversations that are no tickets."""

    _people: Mapping[str, Sequence[RoomMember]] = {}

    # --- beginning one -----------------------------------------------------------------------------------

    def action_new_conversation(self) -> None:
        """Write to a contact first; from a list of direct messages, directly."""
        if self.listing.view in DIRECT_VIEWS:
            self._choose_person()
        else:
            super().action_new_conversation()

    def _choose_person(self) -> None:
        """Colleagues and contacts; all are found by typing."""
        people: dict[str, Contact] = {}

        def offered(more: list[Contact]) -> list[Choice]:
            people.update({each.id: each for each in more})
            replica = self.desk.replica
            own = [each for each in replica.conversations() if takes_part(each, replica.own_ids)]
            directs = sorted((each for each in own if each.kind is Kind.DIRECT), key=newest_first)
            return agents_meetable(replica.roster, self.me.member_id, people.values(), directs)

        async def find() -> list[Choice]:
            return offered(await self.desk.people())

        async def beyond(typed: str) -> list[Choice]:
            return offered(await self.desk.people_like(typed))

        def chosen(choice: str | None) -> None:
            kind, _, who = (choice or "").partition(":")
            if kind == "contact_id":
                self._choose_voice_for(people[who])
            elif kind:
                self.work(self.meet({kind: who}), "meet", exclusive=True)

        self.app.push_screen(ChooseFound(tr("Write directly to"), find, tr("type a name"), beyond), chosen)

    def _choose_voice_for(self, contact: Contact) -> None:
        """As whom to write to a contact: the two together make the conversation."""
        open_ones = [each for each in speakable(self.me, self.desk.replica) if each.open]
        personas = self.recent_voices.first(open_ones)
        choices = voice_choices(personas, self.desk.replica)
        choices.append(Choice(NOBODY, self.me.name, tr("under your own name"), "·"))
        names = {each.id: each.name for each in personas} | {NOBODY: self.me.name}

        def seen(choice: str) -> str:
            return tr("{reader} will see: “{voice}”", reader=safe_line(contact.label), voice=names[choice])

        def chosen(choice: str | None) -> None:
            if choice is not None:
                who = {"contact_id": contact.id}
                if choice != NOBODY:
                    who["persona_id"] = choice
                    self.spoke_as(choice)
                self.work(self.meet(who), "meet", exclusive=True)

        log = tr("Admins always see that it was {name}.", name=self.me.name)
        title = tr("Write to {name} as…", name=safe_line(contact.label))
        chooser = ChooseVoice(title, choices, seen, choices[0].id, log)
        self.app.push_screen(chooser, chosen)

    async def meet(self, who: dict[str, str]) -> None:
        """Come into the one conversation with somebody, which is made if there is none."""
        try:
            conversation = await self.desk.start_direct(**who)
        except ApiError as error:
            self.complain(NO_MORE if error.code == "limit_reached" else error.sentence)
            return
        except ClientError as error:
            self.complain(brief(error))
            return
        self.open_conversation(conversation)
        self.go_to(self.composer.field)

    @on(NavPane.PlaceChosen)
    def _place_chosen(self, event: NavPane.PlaceChosen) -> None:
        self.post_message(LongWay("goto.direct"))
        self.open_id(event.place_id)

    # --- who is in a room --------------------------------------------------------------------------------

    def opened(self) -> None:
        """The messages of the open conversation are there; of a room, its people come too."""
        super().opened()
        room = self.reading.conversation
        if room is not None and room.kind is Kind.GROUP and room.id not in self._people:
            self.work(self._load_people(room.id), "people", exclusive=True)
        self._draw_people()

    def moves_places(self, change: Change) -> bool:
        """Whether one's rooms and direct messages may be others after `change`, or what is new in them."""
        if isinstance(change, TypingChanged):
            self.later("typing-elsewhere", TYPING_LASTS, self.draw_places)
            return self._is_place(change.conversation_id)
        if isinstance(change, ConversationChanged):
            return self._is_place(change.id)
        return isinstance(change, RoomChanged | ConversationGone | RosterChanged)

    def _is_place(self, conversation_id: str) -> bool:
        found = self.desk.replica.conversation(conversation_id)
        return found is not None and found.kind is not Kind.SUPPORT

    def follow_room(self, change: Change) -> None:
        """Somebody came into the open room, left it, or was muted."""
        room = self.reading.conversation
        if isinstance(change, RoomChanged) and room is not None and change.id == room.id:
            self.work(self._load_people(room.id), "people", exclusive=True)

    async def _load_people(self, room_id: str) -> None:
        try:
            found = await self.desk.room_members(room_id)
        except ClientError:
            return  # those that were here stay
        self._people = {**self._people, room_id: found}
        self._draw_people()

    def _draw_people(self) -> None:
        room_id = self.reading.conversation_id or ""
        replica = self.desk.replica
        self.people.set_rows(people_rows(self._people.get(room_id, ()), replica.roster, replica.own_ids))

    def action_sidebar(self) -> None:
        """The ticket's details; in a room its people, to choose one of them."""
        super().action_sidebar()
        if not self.has_class("-room"):
            return
        if self.has_class("-sidebar") or self.has_class("-huge"):
            self.go_to(self.people)
        else:
            self.go_to(self.thread.stream)

    def action_back(self) -> None:
        """From the people of a room to its messages; else as everywhere."""
        if self.people.has_focus:
            self.remove_class("-sidebar")
            self.go_to(self.thread.stream)
        else:
            super().action_back()

    @on(PlaceList.Chosen, "#room-people")
    def _person_chosen(self) -> None:
        self.action_write_to()

    @on(PlaceList.Left)
    def _people_left(self) -> None:
        self.action_back()

    def action_write_to(self) -> None:
        """The one conversation with the person under the cursor."""
        person = self._person()
        if person is None or person.id in self.desk.replica.own_ids:
            self.say("That is you." if person else "There is nobody here.")
            return
        self.remove_class("-sidebar")
        self.work(self.meet(recipient(person)), "meet", exclusive=True)

    def _person(self) -> RoomMember | None:
        room = self._people.get(self.reading.conversation_id or "", ())
        return next((each for each in room if each.id == self.people.cursor), None)

    # --- keeping order -----------------------------------------------------------------------------------

    def action_mute(self) -> None:
        """Let the person under the cursor only read, or write again."""
        person, room = self._person(), self.reading.conversation
        if person is not None and room is not None:
            then = replace(person, muted=not person.muted)  # at once: the key again takes it back
            self._people = {
                **self._people,
                room.id: [then if each.id == then.id else each for each in self._people[room.id]],
            }
            self._draw_people()
            self.work(self._mute(room, person), "change")

    async def _mute(self, room: Conversation, person: RoomMember) -> None:
        name = safe_line(person.name)
        try:
            await self.desk.api.mute(room.id, person.member_id, muted=not person.muted)
        except ClientError as error:
            self.complain(tr("{name} is as before: {why}", name=name, why=brief(error)))
            await self._load_people(room.id)
            return
        self.say(
            tr("{name} may write again", name=name)
            if person.muted
            else tr("{name} reads here, and writes no more · m lets them again", name=name)
        )
        await self._load_people(room.id)

    def action_new_room(self) -> None:
        """Make a room for everybody."""

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.work(self._make_room(values["name"].strip()), "change")

        note = tr("Everybody of the organization is in it, customers too.")
        self.app.push_screen(Ask(tr("New room"), [Field("name", tr("Name"))], note=note), answered)

    async def _make_room(self, name: str) -> None:
        try:
            made = await self.desk.create_room(name)
        except ClientError as error:
            self.complain(tr("No room was made: {why}", why=brief(error)))
            return
        self.open_conversation(made.conversation)

    def action_rename_room(self) -> None:
        """Call the open room something else."""
        room = self.target
        if room is None or room.kind is not Kind.GROUP:
            self.say("Open the room first: {@goto.direct:g d} lists them.")
            return

        def answered(values: Mapping[str, str] | None) -> None:
            if values is not None:
                self.work(self._rename(room.id, values["name"].strip()), "change")

        self.app.push_screen(
            Ask(tr("Rename room"), [Field("name", tr("Name"), room.subject or "")]), answered
        )

    async def _rename(self, room_id: str, name: str) -> None:
        try:
            await self.desk.rename_room(room_id, name)
        except ClientError as error:
            self.complain(tr("The room is called as before: {why}", why=brief(error)))

    def action_delete_message(self) -> None:
        """In a room, admins remove the message that is pointed at; else as everywhere."""
        room = self.reading.conversation
        if room is None or room.kind is not Kind.GROUP or not is_admin(self.me):
            super().action_delete_message()
            return
        message = self.pointed()
        if message is None or message.deleted or message.author.kind is AuthorKind.SYSTEM:
            self.say("Point at the message to remove: { and } do that.")
            return
        self._ask_to_remove(message)

    def _ask_to_remove(self, message: Message) -> None:
        def chosen(answer: str | None) -> None:
            if answer == "remove":
                self.work(self._remove(message), "change")

        who = safe_line(message.author.name or "")
        choices = [Choice("remove", tr("Remove it"), tr("for everybody")), Choice("keep", tr("Keep it"))]
        title = tr("Remove this message by {name}? There is no way back.", name=who)
        self.app.push_screen(Choose(title, choices), chosen)

    async def _remove(self, message: Message) -> None:
        try:
            await self.desk.api.delete_message(message.id)
        except ClientError as error:
            self.complain(tr("The message is still there: {why}", why=brief(error)))
            return
        self.say("The message is removed for everybody")
