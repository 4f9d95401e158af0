"""Whose name stands over what one writes, conversation by conversation, and whether that was asked about."""

from typing import TYPE_CHECKING

from deskterm.protocol.records import Conversation, Kind, Me, Persona
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.desk import Desk


class Voices:
    """The voice of each conversation: as it comes, or as it was chosen in this sitting."""

    def __init__(self, desk: "Desk", me: Me) -> None:
        self._desk = desk
        self._me = me
        self._chosen: dict[str, str | None] = {}
        self._unasked: set[str] = set()

    def of(self, conversation: Conversation) -> str | None:
        """The persona to be named with a message; None leaves it to the desk, or to one's own name."""
        if conversation.id in self._chosen:
            return self._chosen[conversation.id]
        return self.usual(conversation)

    def usual(self, conversation: Conversation) -> str | None:
        """The persona whose conversation it is, unless one is the person at its other side."""
        persona = conversation.persona
        if conversation.kind is not Kind.DIRECT or persona is None:
            return None
        people = [each.id for each in conversation.participants if each.id != persona.id]
        return None if self._me.member_id in people else persona.id

    def choose(self, conversation: Conversation, persona_id: str | None) -> None:
        """Speak so there from now on; the first message after that is asked about."""
        if persona_id == self.of(conversation):
            return
        self._chosen[conversation.id] = persona_id
        self._unasked.add(conversation.id)

    def is_new(self, conversation_id: str) -> bool:
        """Whether the voice there was changed and nothing was sent in it yet."""
        return conversation_id in self._unasked

    def used(self, conversation_id: str) -> None:
        """Something was sent there."""
        self._unasked.discard(conversation_id)

    def said(self, conversation: Conversation) -> str:
        """`◆ Billing (you: Dana Whitfield)`, or one's own name where readers see that."""
        persona = self.persona(self.of(conversation)) or self._desk_voice(conversation)
        if persona is None:
            return self._me.name
        return tr("◆ {name} (you: {name2})", name=persona.name, name2=self._me.name)

    def persona(self, persona_id: str | None) -> Persona | None:
        """The persona with this id."""
        return self._desk.replica.roster.personas.get(persona_id or "")

    def _desk_voice(self, conversation: Conversation) -> Persona | None:
        """The persona that contacts read where none was named: of tickets and rooms that of support."""
        by_persona = self._me.organization.settings.get("voice", "persona") == "persona"
        if conversation.kind is Kind.DIRECT or not by_persona:
            return None
        return self._desk.replica.roster.support_persona
