"""Who is told of an event now. The log says who may be told; policy is asked again each time."""

from collections.abc import Iterable
from dataclasses import dataclass

from deskterm.protocol.records import Kind, Role
from deskterm.server.live.kept import Kept
from deskterm.server.policy import ConversationFacts, may_see
from deskterm.server.principal import Principal
from deskterm.server.storage import audiences
from deskterm.server.storage.database import Audience, Event, Reader

REVOKED = "conversation.revoked"
GRANTED = "conversation.granted"


@dataclass(slots=True, frozen=True)
class Scene:
    """One conversation and its people, for asking policy about many principals."""

    row: audiences.AudienceRow
    people: frozenset[bytes]
    operators: frozenset[bytes]

    @property
    def support(self) -> bool:
        """Whether it looks the same to everybody with the same eyes: elsewhere unread counts are personal."""
        return self.row.kind == Kind.SUPPORT

    @property
    def hides_operators(self) -> bool:
        """Whether an agent writes with a persona here, and must not learn who is behind it."""
        row = self.row
        return row.kind == Kind.DIRECT and row.contact_id is None and row.persona_id is not None

    def facts(self, principal: Principal) -> ConversationFacts:
        """The facts that policy wants about this principal."""
        return ConversationFacts(
            self.row.kind, self.row.contact_id, self.row.assignee_id, self._participates(principal)
        )

    def in_person(self, principal: Principal) -> bool:
        """Whether the principal takes part under their own name."""
        ids = (principal.member_id, principal.contact_id)
        return any(each in self.people for each in ids if each is not None)

    def _participates(self, principal: Principal) -> bool:
        return self.in_person(principal) or (principal.is_agent and principal.member_id in self.operators)


class Audiences:
    """Decides for one consistent moment of one organization's data; what it read it keeps."""

    def __init__(
        self, reader: Reader, organization_id: int, staff_sees: str, kept: Kept | None = None
    ) -> None:
        self._reader = reader
        self._organization_id = organization_id
        self.staff_sees = staff_sees
        self.kept = kept or Kept()
        self._sees: dict[tuple[int, bytes], bool] = {}

    def scene(self, conversation_id: bytes) -> Scene | None:
        """The conversation and its people, or None if there is no such conversation."""
        scenes = self.kept.scenes
        if conversation_id not in scenes:
            scenes[conversation_id] = self._read(conversation_id)
        return scenes[conversation_id]

    def sees(self, principal: Principal, conversation_id: bytes) -> bool:
        """Whether the principal sees the conversation at this moment."""
        key = (id(principal), conversation_id)  # principals outlive this moment
        seen = self._sees.get(key)
        if seen is None:
            scene = self.scene(conversation_id)
            seen = scene is not None and may_see(principal, scene.facts(principal), self.staff_sees)
            self._sees[key] = seen
        return seen

    def admits(self, principal: Principal, event: Event) -> bool:
        """Whether the principal is told of the event now.

        A revocation is told to whoever it is addressed to, whatever they see by now: it carries no content,
        and what was granted since then comes after it. Admins lose only what nobody sees any more.
        """
        if not addressed(principal, event):
            return False
        if event.kind == REVOKED:
            return principal.role is not Role.ADMIN or event.audience == Audience.ADMINS
        return event.conversation_id is None or self.sees(principal, event.conversation_id)

    def told(self, principal: Principal, events: Iterable[Event]) -> list[Event]:
        """Those that the principal is told of now. Many are of and to the same, and asked about once."""
        answers: dict[tuple[object, ...], bool] = {}
        found = []
        for event in events:
            key = (event.conversation_id, event.audience, event.audience_id, event.kind == REVOKED)
            admitted = answers.get(key)
            if admitted is None:
                admitted = answers[key] = self.admits(principal, event)
            if admitted:
                found.append(event)
        return found

    def _read(self, conversation_id: bytes) -> Scene | None:
        row = audiences.conversation(self._reader, self._organization_id, conversation_id)
        if row is None:
            return None
        if row.kind in (Kind.SUPPORT, Kind.PERSONAL):
            return Scene(row, frozenset(), frozenset())
        people = audiences.participants(self._reader, self._organization_id, conversation_id)
        return Scene(row, people, audiences.operators(self._reader, self._organization_id, conversation_id))


def addressed(principal: Principal, event: Event) -> bool:
    """Whether the principal belongs to the audience in the log, leaving aside what they see."""
    match event.audience:
        case Audience.CONVERSATION | Audience.EVERYONE:
            return True
        case Audience.AGENTS_OF_CONVERSATION | Audience.AGENTS:
            return principal.is_agent
        case Audience.ADMINS:
            return principal.is_admin
        case Audience.MEMBER:
            return principal.member_id is not None and principal.member_id == event.audience_id
        case Audience.CONTACT:
            return principal.contact_id is not None and principal.contact_id == event.audience_id
        case Audience.STAFF_EXCEPT:
            return principal.role is Role.STAFF and principal.member_id != event.audience_id
        case _:
            return False
