"""Who makes a request: made once from the session, passed explicitly to everything that decides."""

from dataclasses import dataclass, field
from enum import IntEnum

from deskterm.protocol.records import Role


class Eyes(IntEnum):
    """The three ways the same row is shown. Bytes are shared by everyone with the same eyes."""

    CONTACT = 1
    STAFF = 2
    ADMIN = 3


_EYES: dict[Role | None, Eyes] = {Role.ADMIN: Eyes.ADMIN, Role.STAFF: Eyes.STAFF}


@dataclass(slots=True, frozen=True)
class Principal:
    """An authenticated person in one organization. Ids are the 16 bytes that storage keeps.

    Customers have a member id and a contact id; visitors only a contact id; agents a member id
    (and a contact id only if they ever wrote in themselves). A secret key has the role and the member id of
    the admin who made it, and scopes. What follows from these is derived once, because a session's
    principal decides a thousand requests.
    """

    organization_id: int
    organization: bytes
    session_id: bytes
    role: Role | None
    name: str
    user_id: bytes | None = None
    member_id: bytes | None = None
    contact_id: bytes | None = None
    email: str | None = None
    #: The API key that is used: a secret one with what it may do, or the website's of a visitor.
    key_id: bytes | None = None
    scopes: frozenset[str] | None = None  # None = a person, who may do whatever their role may
    is_admin: bool = field(init=False)
    is_agent: bool = field(init=False)
    eyes: Eyes = field(init=False)  # how rows are shown to this principal

    def __post_init__(self) -> None:
        eyes = _EYES.get(self.role, Eyes.CONTACT)
        object.__setattr__(self, "eyes", eyes)
        object.__setattr__(self, "is_admin", eyes is Eyes.ADMIN)
        object.__setattr__(self, "is_agent", eyes is not Eyes.CONTACT)

    @property
    def is_present(self) -> bool:
        """Whether a live socket means that an agent is there: a program's does not."""
        return self.is_agent and self.scopes is None

    @property
    def actor_id(self) -> bytes:
        """The id under which this principal acts: member for agents, contact for everybody else."""
        if self.is_agent and self.member_id is not None:
            return self.member_id
        if self.contact_id is None:
            raise ValueError("a principal has a member or a contact")
        return self.contact_id
