"""The old tables and their columns, which are not called the same in every old chat."""

from collections.abc import Sequence
from typing import NamedTuple

from deskterm.server.storage.legacy_records import BadSource


class Column(NamedTuple):
    """What a column means, and the names it may have, the usual one first."""

    names: tuple[str, ...]
    required: bool = False


class Table(NamedTuple):
    """An old table. One that is not `required` may be missing."""

    name: str
    columns: dict[str, Column]
    required: bool = False


_ID = Column(("id",), required=True)
_AT = Column(("created_at", "timestamp", "sent_at"))
_ACTIVE = Column(("is_active", "active"))

USERS = Table(
    "users",
    {
        "id": Column(("id", "user_id"), required=True),
        "name": Column(("name", "full_name", "display_name", "username")),
        "first_name": Column(("first_name",)),
        "last_name": Column(("last_name",)),
        "email": Column(("email", "email_address")),
        "phone": Column(("phone", "phone_number")),
        "company": Column(("company", "company_name")),
        "role": Column(("role", "user_type")),
        "admin": Column(("is_admin",)),
        "at": _AT,
    },
    required=True,
)
FAKE_USERS = Table(
    "chat_fake_users",
    {
        "id": _ID,
        "name": Column(("name", "display_name", "username"), required=True),
        "active": _ACTIVE,
        "at": _AT,
    },
)
GROUPS = Table(
    "chat_groups",
    {
        "id": _ID,
        "name": Column(("name", "title"), required=True),
        "about": Column(("description",)),
        "type": Column(("type", "group_type")),
        "support": Column(("is_support",)),
        "at": _AT,
    },
)
MEMBERS = Table(
    "chat_group_members",
    {
        "group": Column(("group_id",), required=True),
        "user": Column(("user_id",), required=True),
        "active": _ACTIVE,
    },
)
MESSAGES = Table(
    "chat_messages",
    {
        "id": _ID,
        "group": Column(("group_id",)),
        "sender": Column(("sender_id", "user_id")),
        "sender_type": Column(("sender_type",)),
        "fake_user": Column(("fake_user_id",)),
        "body": Column(("content", "message", "body", "text"), required=True),
        "kind": Column(("message_type", "type")),
        "owner": Column(("support_conversation_user_id",), required=True),
        "notification": Column(("is_notification",)),
        "style": Column(("notification_style",)),
        "file": Column(("attachment_url", "file_url", "image_url", "media_url")),
        "active": _ACTIVE,
        "at": _AT._replace(required=True),
    },
    required=True,
)
ALL = (USERS, FAKE_USERS, GROUPS, MEMBERS, MESSAGES)


def columns_of(table: Table, header: Sequence[str]) -> dict[str, int]:
    """Where each column stands in rows with this header; `BadSource` if one is missing that is needed."""
    places = {name.strip().lower(): at for at, name in reversed(list(enumerate(header)))}
    found = {}
    for meaning, column in table.columns.items():
        there = [places[name] for name in column.names if name in places]
        if there:
            found[meaning] = there[0]
        elif column.required:
            wanted = " or ".join(column.names)
            raise BadSource(f"{table.name} has no column {wanted}; it has: {', '.join(header) or 'nothing'}.")
    return found
