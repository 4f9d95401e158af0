"""What a row of `chat_messages` means: into whose conversation it goes, and who speaks in it."""

from deskterm.server.legacy import values
from deskterm.server.legacy.findings import Findings
from deskterm.server.legacy.rows import Row
from deskterm.server.legacy.tables import MESSAGES
from deskterm.server.legacy.wishes import Wishes
from deskterm.server.storage.legacy_records import Message
from deskterm.server.storage.legacy_staging import Staging

_USERS = frozenset({"real_user", "user", "customer", "member"})
_PERSONAS = frozenset({"fake_user", "persona"})
_AGENTS = frozenset({"admin", "agent", "staff", "support"})


class Unplaceable(Exception):
    """The row has no place; the text says why."""


def read_message(row: Row, wishes: Wishes, staging: Staging, findings: Findings) -> str | None:
    """Keep a message, or answer why it has no place."""
    key = values.key(row.values.get("id"))
    if not key:
        return "has no id"
    if not values.yes(row.values.get("active"), absent=True):
        findings.leave("deleted messages")
        return None
    at = values.milliseconds(row.values.get("at"), wishes.zone)
    if at is None or at > wishes.now:
        return "has no right time" if at is None else "has a time that has not come yet"
    parts = values.bodies(_said(row))
    if not parts:
        return "is empty"
    try:
        message = _understood(row, key, at, staging)
    except Unplaceable as why:
        return str(why)
    for number, part in enumerate(parts):
        if not staging.add(message._replace(key=f"{key}/{number + 1}" if number else key, body=part)):
            return "has an id that another row has"
    if len(parts) > 1:
        findings.change(MESSAGES, row, "was too long: several messages")
    elif "".join(_said(row).splitlines()) != "".join(parts[0].splitlines()):
        findings.change(MESSAGES, row, "had control characters: without them")
    return None


def _said(row: Row) -> str:
    """The text, and below it where its picture or file is, if a column says so and the text does not."""
    body, file = row.values.get("body") or "", (row.values.get("file") or "").strip()
    return body if not file or file in body else f"{body}\n{file}".lstrip("\n")


def _understood(row: Row, key: str, at: int, staging: Staging) -> Message:
    owner, group = values.key(row.values.get("owner")), values.key(row.values.get("group"))
    number = int(key) if key.isdecimal() and len(key) <= 18 else 0
    if owner and staging.user(owner) is None:
        raise Unplaceable("belongs to a user who is not there")
    if _is_notification(row):
        if not owner:
            raise Unplaceable("is a notification and says not for whom")
        style = values.style(row.values.get("style"))
        return Message(key, "personal", owner, group, "system", "", "", style, at, number)
    author, author_key = _author(row, owner, staging)
    if owner:
        return Message(key, "support", owner, group, author, author_key, "", None, at, number)
    if not group:
        raise Unplaceable("belongs to no user and to no group")
    if not staging.has_group(group):
        raise Unplaceable("is in a group that is not there")
    return Message(key, "group", group, group, author, author_key, "", None, at, number)


def _is_notification(row: Row) -> bool:
    kind = (row.values.get("kind") or "").strip().lower()
    return kind == "notification" or values.yes(row.values.get("notification"), absent=False)


def _author(row: Row, owner: str, staging: Staging) -> tuple[str, str]:
    """What the author is, and their key; `Unplaceable` if that cannot be known."""
    kind = (row.values.get("sender_type") or "").strip().lower()
    fake, sender = values.key(row.values.get("fake_user")), values.key(row.values.get("sender"))
    if kind in _PERSONAS or (fake and kind not in _USERS):
        if not staging.has_persona(fake or sender):
            raise Unplaceable("was written by a fake user who is not there")
        return "persona", fake or sender
    if kind and kind not in _USERS | _AGENTS:
        raise Unplaceable("has a sender_type that is not known")
    user = staging.user(sender) if sender else None
    if kind in _AGENTS:
        return "agent", sender if user is not None and user.agent else ""
    if not sender:
        raise Unplaceable("has no author")
    if user is None:
        raise Unplaceable("was written by a user who is not there")
    if owner and sender == owner:
        return "contact", sender
    if user.agent:
        return "agent", sender
    if owner:
        raise Unplaceable("was written by a customer into another one's conversation")
    return "contact", sender
