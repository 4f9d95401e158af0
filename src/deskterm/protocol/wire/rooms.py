"""What clients may ask about rooms, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated

from pydantic import Field, RootModel, StringConstraints, field_validator

from deskterm.protocol.records import AuthorKind, Presence, Role
from deskterm.protocol.wire.requests import Body, Line, Page, Request
from deskterm.protocol.wire.requests import Id as AskedId
from deskterm.protocol.wire.responses.base import Id, Response, Time, listing
from deskterm.protocol.wire.responses.conversations import Conversation, ConversationForContacts

Several = Annotated[list[AskedId], Field(max_length=500)]


class CreateGroup(Request):
    """`POST /groups`. `everyone`: all members of the organization are in it, later ones too."""

    name: Line
    description: Body | None = None
    everyone: bool = True
    member_ids: Several = []


class PatchGroup(Request):
    """`PATCH /groups/{id}`; an absent field stays. `everyone: true` lets in whoever is not in it yet."""

    name: Line | None = None
    description: Body | None = None
    everyone: bool | None = None
    add_member_ids: Several = []
    remove_member_ids: Several = []

    @field_validator("name", "everyone")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class GroupMembersQuery(Page):
    """`GET /groups/{id}/members`: all, or those in whose name the text occurs."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None


class Group(Response):
    """A room. `muted` is about the reader: they read and do not write; `read_only` about everybody."""

    id: Id
    name: str
    description: str | None
    everyone: bool
    member_count: int
    muted: bool
    read_only: bool
    conversation: Conversation


class GroupForContacts(Response):
    """The same for contacts."""

    id: Id
    name: str
    description: str | None
    member_count: int
    muted: bool
    read_only: bool
    conversation: ConversationForContacts


class GroupMember(Response):
    """Somebody in a room: `id` names them as their messages do, `member_id` is what they are muted by."""

    kind: AuthorKind
    id: Id
    name: str
    member_id: Id
    role: Role
    presence: Presence
    muted: bool
    joined_at: Time


class GroupMemberForContacts(Response):
    """The same for contacts, who are shown no agents."""

    kind: AuthorKind
    id: Id
    name: str
    member_id: Id


Groups = listing(Group, GroupForContacts)
GroupMembers = listing(GroupMember, GroupMemberForContacts)


class GroupAnswer(RootModel[Group | GroupForContacts]):
    """A room as the caller sees it."""
