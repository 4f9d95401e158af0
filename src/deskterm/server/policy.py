"""Every permission question of the desk, answered in one place.

Who sees a conversation is written twice, and a test proves both equal: `may_see` over facts, `sees` as SQL
over the alias `c`. The other predicates ask about somebody who already sees the conversation.

* admin: every conversation of the own organization
* staff: support conversations assigned to them, by `staff_sees` also unassigned ones or all; what they take
  part in, themselves or by a persona they operate
* customer, visitor: their own support and personal conversations, and where else they take part
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, Literal, NamedTuple, Protocol

from deskterm.protocol.api_keys import Scope
from deskterm.protocol.records import Kind, Role
from deskterm.server.principal import Principal

StaffSees = Literal["assigned", "unassigned", "all"]

#: How long the agent who closed a conversation may take that back.
REOPEN_OWN_CLOSE_MS = 10 * 60 * 1000

_BY_PARTICIPATION = (Kind.DIRECT, Kind.GROUP)


class Facts(Protocol):
    """What decides who sees a conversation; `participates` (0 or 1) is what `participation` selects."""

    @property
    def kind(self) -> str: ...

    @property
    def contact_id(self) -> bytes | None: ...

    @property
    def assignee_id(self) -> bytes | None: ...

    @property
    def participates(self) -> int: ...


class ConversationFacts(NamedTuple):
    """`Facts` by themselves."""

    kind: str
    contact_id: bytes | None
    assignee_id: bytes | None
    participates: int


class Sight(NamedTuple):
    """A condition over the alias `c` and the values it binds, besides `:organization_id`."""

    sql: str
    values: dict[str, Any]


class AssignmentSettings(Protocol):
    """The settings that decide what staff may do about who works a conversation."""

    @property
    def staff_may_claim(self) -> bool: ...

    @property
    def staff_may_return(self) -> bool: ...


def may_see(principal: Principal, facts: Facts, staff_sees: str) -> bool:
    """Whether the principal sees a conversation of the own organization."""
    if principal.role is Role.ADMIN:
        return True
    if facts.kind in _BY_PARTICIPATION:
        return bool(facts.participates)
    if facts.kind == Kind.PERSONAL or principal.role is not Role.STAFF:
        return principal.contact_id is not None and facts.contact_id == principal.contact_id
    queues = visible_queues(principal, staff_sees)
    return queues is None or facts.assignee_id in queues


def visible_queues(principal: Principal, staff_sees: str) -> tuple[bytes | None, ...] | None:
    """The assignees (None = nobody) whose support conversations an agent sees; None = everybody's.

    Lists and counts use it to pick their branches; it is one part of the rule that `may_see` states.
    """
    if principal.role is Role.ADMIN or (principal.role is Role.STAFF and staff_sees == "all"):
        return None
    if principal.role is not Role.STAFF:
        return ()
    return (principal.member_id, None) if staff_sees == "unassigned" else (principal.member_id,)


_TAKES_PART = """EXISTS (
    SELECT 1 FROM participant sp WHERE sp.organization_id = c.organization_id AND sp.conversation_id = c.id
    AND ((sp.kind = 'member' AND sp.participant_id = :sight_member)
      OR (sp.kind = 'contact' AND sp.participant_id = :sight_contact)))"""

_TAKES_PART_AS_AGENT = """EXISTS (
    SELECT 1 FROM participant sp WHERE sp.organization_id = c.organization_id AND sp.conversation_id = c.id
    AND ((sp.kind = 'member' AND sp.participant_id = :sight_member)
      OR (sp.kind = 'contact' AND sp.participant_id = :sight_contact)
      OR (sp.kind = 'persona' AND EXISTS (
        SELECT 1 FROM persona_operator so WHERE so.organization_id = sp.organization_id
        AND so.persona_id = sp.participant_id AND so.member_id = :sight_member))))"""

#: Every text that `participation` answers, so that storage can have them prepared.
PARTICIPATIONS = (_TAKES_PART, _TAKES_PART_AS_AGENT)

_OWN_PERSONAL = "(c.kind = 'personal' AND c.contact_id = :sight_contact)"
_STAFF_QUEUES = {
    "assigned": "c.assignee_id = :sight_member",
    "unassigned": "(c.assignee_id = :sight_member OR c.assignee_id IS NULL)",
    "all": "c.organization_id = :organization_id",
}
_STAFF = {
    setting: f"((c.kind = 'support' AND {queue}) OR {_OWN_PERSONAL}"
    f" OR (c.kind IN ('direct', 'group') AND {_TAKES_PART_AS_AGENT}))"
    for setting, queue in _STAFF_QUEUES.items()
}
_CONTACT = (
    "((c.kind IN ('support', 'personal') AND c.contact_id = :sight_contact)"
    f" OR (c.kind IN ('direct', 'group') AND {_TAKES_PART}))"
)


def sees(principal: Principal, staff_sees: str) -> Sight:
    """`may_see` as SQL; the caller binds `:organization_id` and compares `c.organization_id`."""
    if principal.role is Role.ADMIN:
        return Sight("c.organization_id = :organization_id", {})
    values = {"sight_member": principal.member_id, "sight_contact": principal.contact_id}
    if principal.role is Role.STAFF:
        return Sight(_STAFF[staff_sees], values)
    return Sight(_CONTACT, values)


_OF_SEEN = """EXISTS (SELECT 1 FROM conversation c WHERE c.organization_id = x.organization_id
    AND c.contact_id = x.id AND c.merged_into IS NULL AND %s)"""


def may_see_contact(principal: Principal, conversations: Iterable[Facts], staff_sees: str) -> bool:
    """Whether the principal sees a contact with these conversations: admins all, staff those they talk to."""
    seen = any(may_see(principal, each, staff_sees) for each in conversations)
    return principal.is_admin or (principal.is_agent and seen)


def sees_contact(principal: Principal, staff_sees: str) -> Sight:
    """`may_see_contact` as SQL over the alias `x` of the table `contact`."""
    seen = sees(principal, staff_sees)
    who = "1 = 1" if principal.is_admin else _OF_SEEN % seen.sql if principal.is_agent else "1 = 0"
    return Sight(who, seen.values)


def may_delete_contact_note(principal: Principal, author_id: bytes | None) -> bool:
    """Whether an agent who sees the contact may delete a note about them: its author, and admins."""
    return principal.is_admin or author_id == principal.member_id


def participation(principal: Principal) -> Sight:
    """Whether the principal takes part in `c`, in person or, for agents, through a persona they operate."""
    values = {"sight_member": principal.member_id, "sight_contact": principal.contact_id}
    return Sight(_TAKES_PART_AS_AGENT if principal.is_agent else _TAKES_PART, values)


#: What keeps somebody from writing in `c`, as `Silence` has it; binds as below.
SILENCED = """CASE c.kind
    WHEN 'group' THEN CASE
        WHEN EXISTS (SELECT 1 FROM room sr WHERE sr.organization_id = c.organization_id
            AND sr.conversation_id = c.id AND sr.read_only = 1) THEN 2
        WHEN EXISTS (SELECT 1 FROM participant su WHERE su.organization_id = c.organization_id
            AND su.conversation_id = c.id AND su.muted = 1
            AND su.participant_id IN (:sight_member, :sight_contact)) THEN 1 ELSE 0 END
    WHEN 'direct' THEN CASE WHEN EXISTS (SELECT 1 FROM persona sq WHERE sq.organization_id = c.organization_id
        AND sq.id = c.persona_id AND sq.retired_at IS NOT NULL) THEN 2 ELSE 0 END
    ELSE 0 END"""


class Silence(IntEnum):
    """What keeps people from writing in a conversation that they see."""

    NOBODY = 0
    MUTED = 1  # this member of a room
    EVERYBODY = 2  # a persona that is retired, a room that is kept to be read


def may_use(principal: Principal, scope: Scope | None) -> bool:
    """Whether the principal may call what needs this scope (None = closed to keys): people may, by role."""
    return principal.scopes is None or (scope is not None and scope in principal.scopes)


def may_write(principal: Principal, kind: str, silenced: int) -> bool:
    """Whether someone who sees a conversation of this kind may write there, where it is `silenced` so.

    Into `personal` go only notifications; a muted member only reads their room, and an admin is never muted.
    """
    if kind == Kind.PERSONAL or not may_use(principal, Scope.CONVERSATIONS_WRITE):
        return False
    return silenced == Silence.NOBODY or (silenced == Silence.MUTED and principal.is_admin)


def may_meet(
    principal: Principal, other: Literal["agent", "contact"], *, acquainted: bool, voice: str
) -> bool:
    """Whether the principal may open a direct conversation with somebody under both their own names.

    Agents may with each other; contacts with agents where the organization's voice is the agents' own; with a
    contact admins, and who is `acquainted`: shares a room or sees a conversation of theirs.
    """
    if other == "agent":
        return principal.is_agent or voice == "agent"
    return principal.is_admin or acquainted


def may_note(principal: Principal) -> bool:
    """Whether the principal may write and read internal notes."""
    return principal.is_agent


def may_speak_as(principal: Principal, operates: bool) -> bool:
    """Whether the principal may use a persona: admins any, staff the ones they operate, others none."""
    return principal.is_admin or (principal.is_agent and operates)


def may_assign(
    principal: Principal, settings: AssignmentSettings, current: bytes | None, wanted: bytes | None
) -> bool:
    """Whether the principal may move a conversation from `current` to `wanted` (None = nobody).

    Admins always; staff only themselves onto an unassigned one, and nobody onto their own, each by setting.
    """
    if principal.is_admin:
        return True
    if principal.role is not Role.STAFF:
        return False
    if current is None:
        return settings.staff_may_claim and wanted == principal.member_id
    return settings.staff_may_return and current == principal.member_id and wanted is None


def may_reopen_closed(principal: Principal, closed_by: bytes | None, closed_at: int | None, now: int) -> bool:
    """Whether the principal may take a close back: admins, and for ten minutes the agent who closed it."""
    if principal.is_admin:
        return True
    if not principal.is_agent or closed_by is None or closed_by != principal.member_id:
        return False
    return closed_at is not None and now - closed_at < REOPEN_OWN_CLOSE_MS


def may_take_resolve_back(
    principal: Principal, resolved_by: bytes | None, resolved_at: int | None, now: int
) -> bool:
    """Whether opening it again is as if it had not been resolved: for ten minutes, by who resolved it."""
    if resolved_at is None or resolved_by is None or resolved_by != principal.member_id:
        return False
    return now - resolved_at < REOPEN_OWN_CLOSE_MS


def may_edit_message(
    principal: Principal,
    kind: str,
    *,
    author_kind: str,
    author_id: bytes | None,
    visibility: str,
    held: bool = False,
) -> bool:
    """Whether the principal may change or delete a message in a conversation of `kind` that they see.

    Notes by their author, messages of a room by admins, replies by their author while they are `held`.
    """
    if kind == Kind.GROUP and principal.is_admin and author_kind != "system":
        return True
    own = author_kind == "agent" and author_id == principal.member_id
    return principal.is_agent and own and (held or visibility == "internal")


def may_take_back(principal: Principal, *, author_kind: str, author_id: bytes | None, held: bool) -> bool:
    """Whether the principal may take a reply back though they may not see its conversation any more.

    What goes out later goes out in their name: it is theirs to stop until then.
    """
    return held and principal.is_agent and author_kind == "agent" and author_id == principal.member_id


def may_use_kept(principal: Principal, owner_id: bytes | None) -> bool:
    """Whether an agent has a canned reply or a saved view: shared ones (no owner) and their own."""
    return principal.is_agent and (owner_id is None or owner_id == principal.member_id)


def may_write_kept(principal: Principal, owner_id: bytes | None) -> bool:
    """Whether the principal may make, change or delete it: admins shared ones, everybody their own."""
    if owner_id is None:
        return principal.is_admin
    return principal.is_agent and owner_id == principal.member_id


def moves_desk_cursor(principal: Principal, assignee_id: bytes | None) -> bool:
    """Whether reading marks a support conversation read for the desk: an admin does so only as assignee."""
    as_assignee = principal.is_admin and assignee_id is not None and assignee_id == principal.member_id
    return principal.role is Role.STAFF or as_assignee
