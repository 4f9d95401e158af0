"""What a copy holds: who reads, the people, the conversations, and the threads that were opened last."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import TypeAdapter

from deskterm.protocol.records import Conversation, Me, Member, Message, Persona

T = TypeVar("T")


@dataclass(slots=True, frozen=True)
class Whose:
    """By whom, in which right and of which life of the database a copy was read; another one is void.

    `member` is who they are in the organization.
    """

    person: str
    role: str
    member: str
    epoch: str


@dataclass(slots=True, frozen=True)
class People:
    """Who reads, and whom they see."""

    me: Me
    members: tuple[Member, ...] = ()
    personas: tuple[Persona, ...] = ()


@dataclass(slots=True, frozen=True)
class KeptThread:
    """The newest messages of a conversation, as of `at`; `at_start` if these are all it has."""

    conversation_id: str
    messages: tuple[Message, ...]
    at_start: bool
    at: datetime


@dataclass(slots=True, frozen=True)
class Kept:
    """Everything in a copy, as of `at`; threads in the order in which they were opened."""

    at: datetime
    people: People
    conversations: tuple[Conversation, ...] = ()
    threads: tuple[KeptThread, ...] = ()


@dataclass(slots=True, frozen=True)
class News:
    """What is to be written: what differs, and which threads, as last opened, are true as of `at`.

    `known` are the ids of a fresh snapshot, None between two: other conversations stay only with a thread.
    """

    whose: Whose
    at: datetime
    people: People | None = None
    known: frozenset[str] | None = None
    conversations: tuple[Conversation, ...] = ()
    threads: tuple[KeptThread, ...] = ()
    live: tuple[str, ...] = ()


_adapters: dict[object, TypeAdapter[object]] = {}


def written(kind: object, value: object) -> str:
    """A record as text; what has its default is left out."""
    return _adapter(kind).dump_json(value, exclude_defaults=True).decode()


def read(kind: type[T], text: str) -> T:
    """The record that `written` wrote; ValueError if it is none."""
    return _adapter(kind).validate_json(text)  # type: ignore[return-value]


def _adapter(kind: object) -> TypeAdapter[object]:
    adapter = _adapters.get(kind)
    if adapter is None:
        adapter = _adapters[kind] = TypeAdapter(kind)  # type: ignore[arg-type]
    return adapter
