"""What servers that share a database tell each other beside the log: who types, who has what open, and which
customers are there.

People are named by their sessions, so that whoever hears it decides by what they are now.
"""

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel, RootModel, ValidationError

from deskterm.protocol.wire.frames import Typing
from deskterm.server.principal import Principal
from deskterm.server.sessions import principal_of
from deskterm.server.storage import sessions
from deskterm.server.storage.database import Reader

#: So many who look at the same are told of; more would not fit.
MOST: Final = 100


class Typist(BaseModel):
    """Somebody types, on another server."""

    organization_id: int
    session_id: str
    frame: Typing


class Looking(BaseModel):
    """All who have a conversation open on another server."""

    organization_id: int
    node: str
    conversation_id: str
    session_ids: list[str]


class Here(BaseModel):
    """Customers came to another server or are still there; or, if not `here`, went."""

    organization_id: int
    node: str
    contact_ids: list[str]
    here: bool


class _Word(RootModel[Typist | Looking | Here]):
    """One of them."""


def typing_word(sender: Principal, frame: Typing) -> str:
    """What other servers are told of somebody who types here."""
    typist = Typist(organization_id=sender.organization_id, session_id=sender.session_id.hex(), frame=frame)
    return typist.model_dump_json()


def looking_word(
    node: bytes, organization_id: int, conversation_id: bytes, lookers: Iterable[Principal]
) -> str:
    """What other servers are told of those who have a conversation open here."""
    looking = Looking(
        organization_id=organization_id,
        node=node.hex(),
        conversation_id=conversation_id.hex(),
        session_ids=[each.session_id.hex() for each in lookers][:MOST],
    )
    return looking.model_dump_json()


def here_word(node: bytes, organization_id: int, contact_ids: Iterable[bytes], *, here: bool) -> str:
    """What other servers are told of customers who are on this one, or not any more."""
    ids = [each.hex() for each in contact_ids]
    return Here(
        organization_id=organization_id, node=node.hex(), contact_ids=ids, here=here
    ).model_dump_json()


def read_word(word: str) -> Typist | Looking | Here | None:
    """What another server said; None from one of a version that says it differently."""
    try:
        return _Word.model_validate_json(word).root
    except ValidationError:
        return None


def who(reader: Reader, organization_id: int, session_id: str) -> Principal | None:
    """Whose session it is, as they are now; None if it has ended, or is a program's."""
    row = sessions.by_id(reader, organization_id, bytes.fromhex(session_id))
    return None if row is None or row.disabled_at is not None else principal_of(row)
