"""Who makes a request: made once from the session, passed explicitly to everything that decides."""

from dataclasses import dataclass
from enum import IntEnum

from deskterm.protocol.records import Role


class Eyes(IntEnum):
    """The three ways the same row is shown. Bytes are shared by everyone with the same eyes."""

    CONTACT = 1
    STAFF = 2
    ADMIN = 3


@dataclass(slots=True, frozen=True)
class Principal:
    """An authenticated person in one organization. Ids are the 16 bytes that storage keeps.

    Customers have a member id and a contact id; visitors only a contact id; agents a member id
    (and a contact id only if they ever wrote in themselves).
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

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN

    @property
    def is_agent(self) -> bool:
        return self.role is Role.ADMIN or self.role is Role.STAFF

    @property
    def eyes(self) -> Eyes:
        """How rows are shown to this principal."""
        if self.role is Role.ADMIN:
            return Eyes.ADMIN
        return Eyes.STAFF if self.role is Role.STAFF else Eyes.CONTACT

    @property
    def actor_id(self) -> bytes:
        """The id under which this principal acts: member for agents, contact for everybody else."""
        if self.is_agent and self.member_id is not None:
            return self.member_id
        if self.contact_id is None:
            raise ValueError("a principal has a member or a contact")
        return self.contact_id
