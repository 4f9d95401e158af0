"""What an old chat's rows mean, after they were checked and before they are placed. TimeMilliseconds."""

from typing import NamedTuple

from deskterm.server.errors import DeskError


class BadSource(DeskError):
    """The old tables cannot be read at all; `detail` says which and why. Nothing was changed."""

    status, code, title = 422, "invalid", "The old tables cannot be read"


class User(NamedTuple):
    """Somebody of the table `users`. `login`: they can be given a way in by their address."""

    key: str
    name: str
    email: str | None
    phone: str | None
    company: str | None
    agent: int
    login: int
    wanted: int
    at: int


class Persona(NamedTuple):
    """A row of `chat_fake_users`."""

    key: str
    name: str
    active: int
    at: int


class Group(NamedTuple):
    """A row of `chat_groups`."""

    key: str
    name: str
    about: str | None
    support: int
    at: int


class Member(NamedTuple):
    """A row of `chat_group_members` that names a user."""

    group_key: str
    user_key: str


class Message(NamedTuple):
    """A row of `chat_messages`, or a part of one that was too long.

    `place` is support, personal or group, `owner` the user or group it belongs to, `author` what its author
    is: contact, agent, persona or system. `number` is the order among messages of one time.
    """

    key: str
    place: str
    owner: str
    group_key: str
    author: str
    author_key: str
    body: str
    style: str | None
    at: int
    number: int
